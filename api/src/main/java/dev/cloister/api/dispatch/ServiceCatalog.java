package dev.cloister.api.dispatch;

import dev.cloister.api.ServiceDefinition;
import dev.cloister.api.message.MalformedRequestException;
import dev.cloister.api.message.RequestHead;
import dev.cloister.api.wire.Protocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The services of the endpoint, told apart as AWS does: by X-Amz-Target, by path, and by the
 * credential scope. Immutable.
 */
final class ServiceCatalog {
    private static final String FORM = "application/x-www-form-urlencoded";

    private final Map<String, Service> bySigningName = new HashMap<>();
    private final Map<String, Service> byTargetPrefix = new HashMap<>();
    private final List<Service> restServices = new ArrayList<>();
    private final List<String> domains;

    /**
     * @param domains the endpoint's own names, before which a bucket's may stand
     */
    ServiceCatalog(List<ServiceDefinition> definitions, long maxBody, List<String> domains) {
        this.domains = List.copyOf(domains);
        for (ServiceDefinition definition : definitions) {
            Service service = new Service(definition, maxBody);
            if (bySigningName.put(service.signingName(), service) != null) {
                throw new IllegalArgumentException(
                        "the service " + service.signingName() + " is defined twice");
            }
            if (!service.targetPrefix().isEmpty()) {
                byTargetPrefix.put(service.targetPrefix(), service);
            }
            if (service.protocol() == Protocol.REST_JSON) {
                restServices.add(service);
            }
        }
    }

    /** The service of the query protocol whose operation of that name takes unsigned requests. */
    Optional<Service> unsigned(String operation) {
        return bySigningName.values().stream()
                .filter(service -> service.protocol() == Protocol.QUERY)
                .filter(service -> service.isUnsigned(operation))
                .findFirst();
    }

    /**
     * @param scopeService the service of the request's credential scope, if it has one
     */
    Target find(RequestHead head, Optional<String> scopeService) {
        Optional<Service> scoped = scopeService.map(bySigningName::get);
        Optional<Target> object = byObject(head, scoped);
        if (object.isPresent()) {
            return object.get();
        }
        if (head.headers().first("smithy-protocol").isPresent()) {
            return Target.unknown(Protocol.RPC_V2_CBOR, scoped, head.rawPath());
        }
        Optional<String> target = head.headers().first("x-amz-target");
        if (target.isPresent()) {
            return byTarget(target.get(), scoped);
        }
        // A REST service takes any content type: curl, for one, calls every body a form.
        boolean rest = scoped.filter(s -> s.protocol() == Protocol.REST_JSON).isPresent();
        if (!rest && isForm(head)) {
            return new Target(
                    Protocol.QUERY,
                    scoped.filter(service -> service.protocol() == Protocol.QUERY),
                    false,
                    Optional.empty(),
                    "",
                    Map.of());
        }
        return byPath(head, scoped);
    }

    /**
     * What an unsigned request is for, if it can be for a service whose resources may be open to
     * everybody: its host tells, or no other service has its path.
     *
     * @param known what {@link #find} said
     */
    Optional<Target> findOpen(RequestHead head, Target known) {
        Optional<Target> target =
                known.identified() || known.protocol() != Protocol.REST_JSON
                        ? Optional.of(known)
                        : byObject(head, Optional.ofNullable(bySigningName.get("s3")));
        return target.filter(
                found ->
                        found.service()
                                .filter(s -> s.access().anonymous().isPresent())
                                .isPresent());
    }

    /** S3's requests, which their signature or their host tells. */
    private Optional<Target> byObject(RequestHead head, Optional<Service> scoped) {
        Optional<Service> service =
                scoped.or(
                                () ->
                                        ObjectAddress.isHosted(head, domains) || isOldLink(head)
                                                ? Optional.ofNullable(bySigningName.get("s3"))
                                                : Optional.empty())
                        .filter(found -> found.protocol() == Protocol.REST_XML);
        if (service.isEmpty()) {
            return Optional.empty();
        }
        ObjectAddress address;
        try {
            address = ObjectAddress.of(head, domains);
        } catch (MalformedRequestException e) {
            // Refused in S3's words, once the protocol is settled.
            return Optional.of(Target.unknown(Protocol.REST_XML, service, RestXmlExchange.NO_URI));
        }
        Optional<OperationEntry> operation = service.get().object(head, address);
        Map<String, String> labels = new HashMap<>();
        address.bucket().ifPresent(bucket -> labels.put("Bucket", bucket));
        address.key().ifPresent(key -> labels.put("Key", key));
        return Optional.of(
                new Target(
                        Protocol.REST_XML,
                        service,
                        true,
                        operation,
                        operation.map(found -> found.facts().name()).orElse(""),
                        labels));
    }

    /** A link of S3's signature version 2, to be refused in S3's words. */
    static boolean isOldLink(RequestHead head) {
        return head.query().contains("AWSAccessKeyId") && head.query().contains("Signature");
    }

    private static boolean isForm(RequestHead head) {
        if (head.method().equals("GET")) {
            return head.rawPath().equals("/") && head.query().contains("Action");
        }
        return head.method().equals("POST")
                && head.headers()
                        .first("content-type")
                        .filter(type -> type.regionMatches(true, 0, FORM, 0, FORM.length()))
                        .isPresent();
    }

    private Target byTarget(String target, Optional<Service> scoped) {
        int dot = target.lastIndexOf('.');
        String name = target.substring(dot + 1);
        Optional<Service> named =
                Optional.ofNullable(byTargetPrefix.get(target.substring(0, Math.max(0, dot))));
        if (named.isEmpty()) {
            return Target.unknown(
                    Protocol.AWS_JSON,
                    scoped.filter(service -> service.protocol() == Protocol.AWS_JSON),
                    target);
        }
        return new Target(
                Protocol.AWS_JSON, named, true, named.get().operation(name), name, Map.of());
    }

    private Target byPath(RequestHead head, Optional<Service> scoped) {
        if (scoped.isPresent() && scoped.get().protocol() == Protocol.REST_JSON) {
            Optional<Target> found = byPath(head, scoped.get());
            if (found.isPresent()) {
                return found.get();
            }
        }
        for (Service service : restServices) {
            Optional<Target> found = byPath(head, service);
            if (found.isPresent()) {
                return found.get();
            }
        }
        Protocol protocol = scoped.map(Service::protocol).orElse(Protocol.REST_JSON);
        return Target.unknown(protocol, scoped, head.method() + " " + head.rawPath());
    }

    private static Optional<Target> byPath(RequestHead head, Service service) {
        return service.path(head)
                .map(
                        match ->
                                new Target(
                                        Protocol.REST_JSON,
                                        Optional.of(service),
                                        true,
                                        Optional.of(match.target()),
                                        match.target().facts().name(),
                                        match.labels()));
    }
}
