package dev.cloister.benchmarks;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * A closed-loop load: some callers on loopback, each with one kept connection, each sending its
 * next request when the last was answered. The same client drives product and baseline.
 */
final class HttpLoad {
    private final int port;
    private final Supplier<byte[]> request;

    /**
     * @param request the bytes of the next request, head and body
     */
    HttpLoad(int port, Supplier<byte[]> request) {
        this.port = port;
        this.request = request;
    }

    /** What a run measured; latencies in nanoseconds, ascending. */
    static final class Result {
        private final long[] latencies;
        private final double seconds;

        Result(long[] latencies, double seconds) {
            this.latencies = latencies;
            this.seconds = seconds;
        }

        double perSecond() {
            return latencies.length / seconds;
        }

        double percentileMillis(double percentile) {
            int index = (int) Math.min(latencies.length - 1.0, latencies.length * percentile / 100);
            return latencies[index] / 1e6;
        }
    }

    Result run(int callers, Duration duration) {
        long end = System.nanoTime() + duration.toNanos();
        long begin = System.nanoTime();
        try (ExecutorService pool = Executors.newFixedThreadPool(callers)) {
            List<Future<long[]>> all = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                all.add(pool.submit(() -> call(end)));
            }
            List<long[]> parts = new ArrayList<>();
            for (Future<long[]> each : all) {
                parts.add(each.get());
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            long[] latencies = parts.stream().flatMapToLong(Arrays::stream).sorted().toArray();
            return new Result(latencies, seconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a caller failed", e.getCause());
        }
    }

    private long[] call(long end) throws IOException {
        long[] latencies = new long[1024];
        int count = 0;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            OutputStream out = socket.getOutputStream();
            InputStream in = new BufferedInputStream(socket.getInputStream(), 65536);
            while (System.nanoTime() < end) {
                byte[] bytes = request.get();
                long start = System.nanoTime();
                out.write(bytes);
                readAnswer(in);
                if (count == latencies.length) {
                    latencies = Arrays.copyOf(latencies, count * 2);
                }
                latencies[count++] = System.nanoTime() - start;
            }
        }
        return Arrays.copyOf(latencies, count);
    }

    private static void readAnswer(InputStream in) throws IOException {
        String status = line(in);
        if (!status.contains(" 200")) {
            throw new IOException("unexpected answer: " + status);
        }
        int length = -1;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).strip());
            } else if (lower.startsWith("x-amz-function-error:")) {
                throw new IOException("the function failed: " + header);
            }
        }
        if (length < 0) {
            throw new IOException("an answer without Content-Length");
        }
        in.skipNBytes(length);
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(64);
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the connection was closed");
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }
}
