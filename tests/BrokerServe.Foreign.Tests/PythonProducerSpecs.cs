using System.Text.Json;
using BrokerServe.Protocol;
using Xunit;

namespace BrokerServe.Foreign.Tests;

/// <summary>The Python sample producer calls a .NET worker.</summary>
public sealed class PythonProducerSpecs : ForeignSpecs
{
    [Fact]
    public async Task A_call_carries_argument_method_and_metadata_and_its_reply_is_printed()
    {
        await StartAsync();

        var (code, output, error) = await ProduceAsync(
            "greet", """{"name": "Ada"}""", "method=welcome", "meta-user=Zoë", "shard_key=u42", "timeout=20");

        Assert.True(code == 0, error);
        Assert.Equal("Welcome, Ada, says Zoë!", JsonSerializer.Deserialize<string>(output));
    }

    [Theory]
    [InlineData("endpoint_not_found", "nowhere", "timeout=20")]
    [InlineData("method_not_found", "greet", "method=nothing")]
    [InlineData("handler_error", "greet", "method=fail")]
    [InlineData("deadline_exceeded", "greet", "method=hang", "timeout=1")]
    public async Task An_error_is_told_by_its_code(string code, string endpoint, params string[] options)
    {
        await StartAsync();

        var (exit, output, error) = await ProduceAsync([endpoint, """{"name": "Ada"}""", .. options]);

        Assert.Equal(1, exit);
        Assert.Empty(output);
        Assert.StartsWith(code + ":", error, StringComparison.Ordinal);
        Assert.True(ReplyStatuses.TryParse(code, out _));
    }

    [Fact]
    public async Task An_error_that_may_be_retried_says_so()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1", backendConfig: new() { WhenNoReplica = Router.Configuration.WhenNoReplica.Reject }));

        var (exit, _, error) = await ProduceAsync("greet", "1", "timeout=20");

        Assert.Equal(1, exit);
        Assert.StartsWith("no_backend:", error, StringComparison.Ordinal);
        Assert.EndsWith("(safe to call again)", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_producer_that_comes_before_the_first_router_hears_that_nothing_was_sent()
    {
        var (exit, _, error) = await ProduceAsync("greet", "1", "timeout=20");

        Assert.Equal(1, exit);
        Assert.StartsWith("unavailable:", error, StringComparison.Ordinal);
    }

    private async Task StartAsync()
    {
        await System.StartRouterAsync(Serving("greet", "greet-v1"));
        await System.StartWorkerAsync("greet-v1", worker =>
        {
            worker.Handle<Person, string>("welcome", (person, query, _) => $"Welcome, {person.name}, says {query.Metadata["user"]}!");
            worker.Handle<Person, string>("fail", string (_) => throw new InvalidOperationException("It is broken."));
            worker.Handle<Person, string>("hang", async Task<string> (_, _, cancellation) =>
            {
                await Task.Delay(Timeout.Infinite, cancellation);
                return "";
            });
        });
    }

    /// <summary>What Python sends: names as Python writes them.</summary>
    public sealed class Person
    {
        public string name { get; set; } = "";
    }
}
