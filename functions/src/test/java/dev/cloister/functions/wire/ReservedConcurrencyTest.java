package dev.cloister.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionConcurrencyRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionConcurrencyResponse;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionResponse;
import software.amazon.awssdk.services.lambda.model.GetAccountSettingsRequest;
import software.amazon.awssdk.services.lambda.model.GetAccountSettingsResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionConcurrencyRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConcurrencyResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionResponse;
import software.amazon.awssdk.services.lambda.model.PutFunctionConcurrencyRequest;
import software.amazon.awssdk.services.lambda.model.PutFunctionConcurrencyResponse;

/** A reservation is the function's; the account's settings and the function show it. */
final class ReservedConcurrencyTest extends OperationsTest {

    @Test
    void isShownWhereAwsShowsItAndOutlivesARestart() {
        active();
        assertThat(shown().reservedConcurrentExecutions()).isNull();
        assertThat(unreserved()).isEqualTo(1000);
        reserve("hello", 300);
        lambda.restart();
        assertThat(shown().reservedConcurrentExecutions()).isEqualTo(300);
        assertThat(unreserved()).isEqualTo(700);
        assertThat(function().concurrency().reservedConcurrentExecutions()).isEqualTo(300);
        release();
        assertThat(shown().reservedConcurrentExecutions()).isNull();
        assertThat(function().concurrency()).isNull();
        assertThat(unreserved()).isEqualTo(1000);
        release();
    }

    @Test
    void nothingStopsAFunctionBeingStopped() {
        active();
        reserve("hello", 0);
        assertThat(shown().reservedConcurrentExecutions()).isZero();
        assertThat(unreserved()).isEqualTo(1000);
    }

    @Test
    void aHundredStayUnreserved() {
        active();
        reserve("hello", 900);
        reserve("hello", 900);
        assertRefused(
                put("hello", 901),
                "InvalidParameterValueException",
                "Specified ReservedConcurrentExecutions for function decreases account's"
                        + " UnreservedConcurrentExecution below its minimum value of [100].");
        assertThat(shown().reservedConcurrentExecutions()).isEqualTo(900);
    }

    @Test
    void goesWithTheFunction() {
        active();
        reserve("hello", 900);
        lambda.call(
                DeleteFunctionRequest.builder().functionName("hello").build(),
                DeleteFunctionResponse.class);
        assertThat(unreserved()).isEqualTo(1000);
        active();
        assertThat(shown().reservedConcurrentExecutions()).isNull();
    }

    @Test
    void theFunctionIsLookedForBeforeTheValue() {
        assertRefused(
                put("nobody", 5000),
                "ResourceNotFoundException",
                "Function not found: arn:aws:lambda:us-east-1:");
    }

    @Test
    void versionsAndAliasesHaveNone() {
        active();
        assertRefused(
                put("hello:1", 1),
                "InvalidParameterValueException",
                "This operation is permitted on Lambda functions only.");
    }

    private static PutFunctionConcurrencyRequest put(String name, int places) {
        return PutFunctionConcurrencyRequest.builder()
                .functionName(name)
                .reservedConcurrentExecutions(places)
                .build();
    }

    private void reserve(String name, int places) {
        PutFunctionConcurrencyResponse answer =
                lambda.call(put(name, places), PutFunctionConcurrencyResponse.class);
        assertThat(answer.reservedConcurrentExecutions()).isEqualTo(places);
    }

    private void release() {
        lambda.call(
                DeleteFunctionConcurrencyRequest.builder().functionName("hello").build(),
                DeleteFunctionConcurrencyResponse.class);
    }

    private GetFunctionConcurrencyResponse shown() {
        return lambda.call(
                GetFunctionConcurrencyRequest.builder().functionName("hello").build(),
                GetFunctionConcurrencyResponse.class);
    }

    private GetFunctionResponse function() {
        return lambda.call(
                GetFunctionRequest.builder().functionName("hello").build(),
                GetFunctionResponse.class);
    }

    private int unreserved() {
        return lambda.call(
                        GetAccountSettingsRequest.builder().build(),
                        GetAccountSettingsResponse.class)
                .accountLimit()
                .unreservedConcurrentExecutions();
    }
}
