using MessagePack;

namespace BrokerServe.Protocol.Tests.Codecs;

public sealed class ErrorBodySpecs
{
    [Fact]
    public void A_code_that_is_not_known_is_internal_and_keeps_its_name()
    {
        var error = Decode(new() { ["code"] = "moon_eclipsed", ["message"] = "Wait.", ["retryable"] = true });
        Assert.Equal((ReplyStatus.Internal, "Wait.", true), (error!.Status, error.Message, error.Retryable));
        Assert.Equal("moon_eclipsed", error.Detail![ErrorBody.UnknownCodeDetail]);
    }

    [Fact]
    public void A_code_that_is_not_known_joins_the_details()
    {
        var error = Decode(new() { ["detail"] = new Dictionary<string, object> { ["moon"] = "new" }, ["code"] = "moon_eclipsed" });
        Assert.Equal("new", error!.Detail!["moon"]);
        Assert.Equal("moon_eclipsed", error.Detail[ErrorBody.UnknownCodeDetail]);
    }

    [Theory]
    [InlineData(ReplyStatus.Overloaded, true)]
    [InlineData(ReplyStatus.HandlerError, false)]
    public void What_is_not_said_of_a_retry_is_answered_by_the_code(ReplyStatus status, bool retryable)
    {
        var error = Decode(new() { ["code"] = status.Name() });
        Assert.Equal(new ErrorBody(status, "", retryable), error);
    }

    [Fact]
    public void A_body_knows_better_than_its_code_whether_a_retry_is_safe() =>
        Assert.True(Decode(new() { ["code"] = "shutting_down", ["retryable"] = true })!.Retryable);

    [Fact]
    public void Details_that_are_no_text_are_left_out()
    {
        var error = Decode(new() { ["code"] = "internal", ["detail"] = new Dictionary<object, object> { ["a"] = 1, [2] = "b", ["c"] = "d" } });
        Assert.Equal(["c"], error!.Detail!.Keys.Where(key => key.Length > 0));
    }

    [Fact]
    public void Details_beyond_64_are_neither_written_nor_read()
    {
        var many = Enumerable.Range(0, 100).ToDictionary(i => $"fact-{i}", i => $"{i}");
        Assert.True(ErrorBody.TryDecode(new ErrorBody(ReplyStatus.Internal, "", false, many).Encode(), out var written));
        Assert.Equal(64, written.Detail!.Count);
        Assert.Equal(64, Decode(new() { ["code"] = "internal", ["detail"] = many })!.Detail!.Count);
    }

    [Fact]
    public void No_error_is_ok() => Assert.Null(Decode(new() { ["code"] = "ok" }));

    [Fact]
    public void An_error_without_a_code_is_none() => Assert.Null(Decode(new() { ["message"] = "Something went wrong." }));

    [Fact]
    public void An_error_whose_retryable_is_no_boolean_is_none() => Assert.Null(Decode(new() { ["code"] = "internal", ["retryable"] = "yes" }));

    private static ErrorBody? Decode(Dictionary<string, object> said) =>
        ErrorBody.TryDecode(MessagePackSerializer.Serialize(said), out var error) ? error : null;
}
