package dev.cloister.api.validation;

import java.util.Set;

/**
 * Members whose values a service checks itself, because it answers otherwise than the front end
 * would. Each entry is {@code signingName:InputShape.Member}; whether the member is required is
 * still checked here.
 */
final class Exemptions {
    private static final Set<String> MEMBERS =
            Set.of(
                    // Lambda answers InvalidParameterValueException with a wording of its own.
                    "lambda:CreateFunctionRequest.Runtime",
                    "lambda:UpdateFunctionConfigurationRequest.Runtime");

    private Exemptions() {}

    static boolean contains(String signingName, String shape, String member) {
        return MEMBERS.contains(signingName + ':' + shape + '.' + member);
    }
}
