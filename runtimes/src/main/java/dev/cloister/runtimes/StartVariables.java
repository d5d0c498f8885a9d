package dev.cloister.runtimes;

import java.util.Set;

/** The variables of {@link RuntimeImage#variablesReadAtStart()}. */
final class StartVariables {
    static final Set<String> NAMES =
            Set.of(
                    // Lambda's launcher.
                    "AWS_LAMBDA_EXEC_WRAPPER",
                    // The dynamic loader and the C library: ld.so(8), mallopt(3), setlocale(3).
                    "LD_*",
                    "GLIBC_TUNABLES",
                    "GCONV_PATH",
                    "LOCPATH",
                    "MALLOC_*",
                    "LANG",
                    "LANGUAGE",
                    "LC_*",
                    "OPENSSL_CONF",
                    "OPENSSL_MODULES",
                    // Python: "Command line and environment", docs.python.org.
                    "PYTHONASYNCIODEBUG",
                    "PYTHONCOERCECLOCALE",
                    "PYTHONDEBUG",
                    "PYTHONDEVMODE",
                    "PYTHONDONTWRITEBYTECODE",
                    "PYTHONFAULTHANDLER",
                    "PYTHONHASHSEED",
                    "PYTHONHOME",
                    "PYTHONINSPECT",
                    "PYTHONINTMAXSTRDIGITS",
                    "PYTHONIOENCODING",
                    "PYTHONMALLOC",
                    "PYTHONMALLOCSTATS",
                    "PYTHONNODEBUGRANGES",
                    "PYTHONNOUSERSITE",
                    "PYTHONOPTIMIZE",
                    "PYTHONPERFSUPPORT",
                    "PYTHONPLATLIBDIR",
                    "PYTHONPROFILEIMPORTTIME",
                    "PYTHONPYCACHEPREFIX",
                    "PYTHONSAFEPATH",
                    "PYTHONSTARTUP",
                    "PYTHONTRACEMALLOC",
                    "PYTHONUNBUFFERED",
                    "PYTHONUTF8",
                    "PYTHONVERBOSE",
                    "PYTHONWARNDEFAULTENCODING",
                    "PYTHONWARNINGS",
                    // Node.js: "Command-line API, environment variables", nodejs.org.
                    "NODE_COMPILE_CACHE",
                    "NODE_DEBUG",
                    "NODE_DEBUG_NATIVE",
                    "NODE_DISABLE_COLORS",
                    "NODE_EXTRA_CA_CERTS",
                    "NODE_ICU_DATA",
                    "NODE_NO_WARNINGS",
                    "NODE_OPTIONS",
                    "NODE_PENDING_DEPRECATION",
                    "NODE_PRESERVE_SYMLINKS",
                    "NODE_PRESERVE_SYMLINKS_MAIN",
                    "NODE_REDIRECT_WARNINGS",
                    "NODE_USE_ENV_PROXY",
                    "NODE_V8_COVERAGE",
                    "UV_THREADPOOL_SIZE",
                    "UV_USE_IO_URING",
                    // Java: "The java command", docs.oracle.com.
                    "JAVA_TOOL_OPTIONS",
                    "JDK_JAVA_OPTIONS",
                    "_JAVA_OPTIONS",
                    "CLASSPATH",
                    // Ruby: ruby(1), "ENVIRONMENT".
                    "RUBYLIB",
                    "RUBYOPT",
                    "RUBYSHELL",
                    "RUBY_*",
                    "GEM_HOME",
                    "BUNDLE_*");

    private StartVariables() {}

    static boolean contains(String variable) {
        return NAMES.stream()
                .anyMatch(
                        name ->
                                name.endsWith("*")
                                        ? variable.startsWith(name.substring(0, name.length() - 1))
                                        : variable.equals(name));
    }
}
