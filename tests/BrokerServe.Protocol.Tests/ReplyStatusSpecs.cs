using System.Text.RegularExpressions;

namespace BrokerServe.Protocol.Tests;

public sealed partial class ReplyStatusSpecs
{
    public static TheoryData<ReplyStatus> All => [.. Enum.GetValues<ReplyStatus>()];

    [Fact]
    public void The_numbers_and_names_never_change()
    {
        string[] names =
        [
            "ok", "endpoint_not_found", "no_backend", "overloaded", "deadline_exceeded", "cancelled", "replica_lost", "handler_error",
            "method_not_found", "bad_request", "payload_too_large", "endpoint_removed", "backend_removed", "shutting_down", "unavailable",
            "outcome_unknown", "internal", "bad_reply",
        ];
        Assert.Equal(names, Enumerable.Range(0, names.Length).Select(number => ((ReplyStatus)number).Name()));
        Assert.Equal(names.Length, Enum.GetValues<ReplyStatus>().Length);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_status_is_found_by_its_name(ReplyStatus status)
    {
        Assert.True(ReplyStatuses.TryParse(status.Name(), out var found));
        Assert.Equal(status, found);
        Assert.Matches(SnakeCase(), status.Name());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_status_is_somebodys_turn_but_ok(ReplyStatus status) =>
        Assert.Equal(status == ReplyStatus.Ok, status.FaultOf() == Fault.None);

    [Fact]
    public void A_retry_is_safe_where_the_work_certainly_did_not_run_and_may_now() =>
        Assert.Equal(
            [ReplyStatus.NoBackend, ReplyStatus.Overloaded, ReplyStatus.BackendRemoved, ReplyStatus.Unavailable],
            Enum.GetValues<ReplyStatus>().Where(status => status.IsRetryable()));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("OK")]
    [InlineData("ok ")]
    [InlineData("__call__")]
    [InlineData("3")]
    public void No_other_text_is_a_status(string? name)
    {
        Assert.False(ReplyStatuses.TryParse(name, out var status));
        Assert.Equal(ReplyStatus.Internal, status);
    }

    [Fact]
    public void A_number_that_is_no_status_is_treated_as_internal()
    {
        Assert.Equal("internal", ((ReplyStatus)200).Name());
        Assert.Equal(Fault.Router, ((ReplyStatus)200).FaultOf());
        Assert.False(((ReplyStatus)200).IsRetryable());
    }

    [GeneratedRegex("^[a-z]+(_[a-z]+)*$")]
    private static partial Regex SnakeCase();
}
