package dev.cloister.server;

import dev.cloister.api.RequestContext;
import dev.cloister.functions.FunctionKey;
import dev.cloister.functions.FunctionRecord;
import dev.cloister.functions.Functions;
import dev.cloister.functions.KeyPermissions;
import dev.cloister.keys.KeyCaller;
import dev.cloister.keys.managed.FunctionKeys;
import dev.cloister.keys.managed.FunctionKeys.Use;
import java.util.Collection;
import java.util.List;

/** Joins functions with the keys' grants for them. Thread-safe. */
final class FunctionKeyPermissions implements KeyPermissions {
    private final Functions functions;
    private final FunctionKeys keys;

    FunctionKeyPermissions(Functions functions, FunctionKeys keys) {
        this.functions = functions;
        this.keys = keys;
    }

    /** From now on takes back grants when a version of a function under a key is no more. */
    FunctionKeyPermissions following() {
        functions.onRetired(
                version -> {
                    if (version.options().kmsKeyArn().isPresent()) {
                        settle(
                                new FunctionKey(
                                        version.account(), version.region(), version.name()));
                    }
                });
        return this;
    }

    @Override
    public void grant(RequestContext caller, FunctionKey function, String keyArn, String roleArn) {
        keys.grant(KeyCaller.of(caller), function.arn(), keyArn, roleArn);
    }

    @Override
    public void settle(FunctionKey function) {
        List<Use> uses =
                functions.find(function).stream()
                        .map(FunctionRecord::versions)
                        .flatMap(Collection::stream)
                        .flatMap(
                                version ->
                                        version.content().options().kmsKeyArn().stream()
                                                .map(arn -> new Use(arn, version.content().role())))
                        .distinct()
                        .toList();
        keys.settle(function.account(), function.region(), function.arn(), uses);
    }
}
