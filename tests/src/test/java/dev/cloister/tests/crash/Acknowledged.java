package dev.cloister.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Installation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.AliasConfiguration;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;

/** What the server has acknowledged, and so may never lose. Thread-safe. */
final class Acknowledged {
    /** Names of functions, each with its code's digest; what each returns is its name. */
    final Map<String, String> functions = new ConcurrentHashMap<>();

    /** Versions of {@link Load#VERSIONED}, each with its code's digest. */
    final Map<String, String> versions = new ConcurrentHashMap<>();

    /** Aliases of {@link Load#VERSIONED}, each with the version that it leads to. */
    final Map<String, String> aliases = new ConcurrentHashMap<>();

    final Set<String> logGroups = ConcurrentHashMap.newKeySet();

    /** Fails where the server does not have all of it; also invokes what it has. */
    void verify(Installation installation, String when) {
        try (LambdaClient lambda = installation.lambda();
                CloudWatchLogsClient logs = installation.logs()) {
            assertThat(digests(lambda.listFunctionsPaginator().functions()))
                    .as("functions, " + when)
                    .containsAllEntriesOf(functions);
            assertThat(versionsNow(lambda)).as("versions, " + when).containsAllEntriesOf(versions);
            assertThat(aliasesNow(lambda)).as("aliases, " + when).containsAllEntriesOf(aliases);
            List<String> groups =
                    logs.describeLogGroupsPaginator().logGroups().stream()
                            .map(group -> group.logGroupName())
                            .toList();
            assertThat(groups).as("log groups, " + when).containsAll(logGroups);
            invokeSome(lambda, when);
        }
    }

    /** Functions that were Pending at the kill become active by themselves. */
    private void invokeSome(LambdaClient lambda, String when) {
        List<String> names = new ArrayList<>(functions.keySet());
        for (String name : names.subList(0, Math.min(3, names.size()))) {
            lambda.waiter().waitUntilFunctionActiveV2(r -> r.functionName(name));
            assertThat(answer(lambda, name)).as(when).isEqualTo('"' + name + '"');
        }
        lambda.waiter().waitUntilFunctionUpdatedV2(r -> r.functionName(Load.VERSIONED));
        versions.keySet().stream()
                .max(String::compareTo)
                .ifPresent(
                        version ->
                                assertThat(answer(lambda, Load.VERSIONED + ":" + version))
                                        .as(when)
                                        .startsWith("\"edition"));
    }

    private static String answer(LambdaClient lambda, String function) {
        return lambda.invoke(r -> r.functionName(function).payload(SdkBytes.fromUtf8String("1")))
                .payload()
                .asUtf8String();
    }

    private static Map<String, String> versionsNow(LambdaClient lambda) {
        return lambda
                .listVersionsByFunctionPaginator(r -> r.functionName(Load.VERSIONED))
                .versions()
                .stream()
                .collect(
                        Collectors.toMap(
                                FunctionConfiguration::version, FunctionConfiguration::codeSha256));
    }

    private static Map<String, String> aliasesNow(LambdaClient lambda) {
        return lambda.listAliasesPaginator(r -> r.functionName(Load.VERSIONED)).aliases().stream()
                .collect(
                        Collectors.toMap(
                                AliasConfiguration::name, AliasConfiguration::functionVersion));
    }

    private static Map<String, String> digests(Iterable<FunctionConfiguration> functions) {
        Map<String, String> digests = new ConcurrentHashMap<>();
        functions.forEach(each -> digests.put(each.functionName(), each.codeSha256()));
        return digests;
    }
}
