package dev.cloister.api.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A TLS context whose sockets speak TLS 1.2 and 1.3 only and whose handshakes have a deadline: the
 * server performs them before it knows of a connection, without any time limit. A connection has to
 * send its first request's first line by then, too.
 */
final class WatchedSslContext extends SSLContext {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    WatchedSslContext(SSLContext context, ConnectionWatch watch) {
        super(new Spi(context, watch), context.getProvider(), context.getProtocol());
    }

    private static final class Spi extends SSLContextSpi {
        private final SSLContext context;
        private final SSLSocketFactory sockets;

        Spi(SSLContext context, ConnectionWatch watch) {
            this.context = context;
            this.sockets = new Sockets(context.getSocketFactory(), watch);
        }

        @Override
        protected void engineInit(
                KeyManager @Nullable [] keys,
                TrustManager @Nullable [] trust,
                @Nullable SecureRandom random)
                throws KeyManagementException {
            throw new KeyManagementException("the context is complete already");
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return sockets;
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            return context.getServerSocketFactory();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return context.createSSLEngine();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return context.createSSLEngine(host, port);
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return context.getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return context.getClientSessionContext();
        }
    }

    private static final class Sockets extends SSLSocketFactory {
        private final SSLSocketFactory factory;
        private final ConnectionWatch watch;

        Sockets(SSLSocketFactory factory, ConnectionWatch watch) {
            this.factory = factory;
            this.watch = watch;
        }

        /** Called on the connection's thread; the TLS socket owns the other one from here on. */
        @Override
        public Socket createSocket(Socket socket, @Nullable InputStream consumed, boolean autoClose)
                throws IOException {
            watch.begin(watch.limits().headerTimeout());
            SSLSocket secure = (SSLSocket) factory.createSocket(socket, consumed, true);
            secure.setEnabledProtocols(PROTOCOLS);
            return secure;
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return factory.getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return factory.getSupportedCipherSuites();
        }

        @Override
        public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
                throws SocketException {
            throw serverOnly();
        }

        @Override
        public Socket createSocket(String host, int port) throws SocketException {
            throw serverOnly();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort)
                throws SocketException {
            throw serverOnly();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws SocketException {
            throw serverOnly();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
                throws SocketException {
            throw serverOnly();
        }

        private static SocketException serverOnly() {
            return new SocketException("this TLS context accepts connections only");
        }
    }
}
