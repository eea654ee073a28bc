using BrokerServe.Host.Handlers;

namespace BrokerServe.Host.Tests;

/// <summary>Built-in handlers.</summary>
public sealed class HandlerSpecs
{
    [Theory]
    [InlineData("echo")]
    [InlineData("upper")]
    [InlineData("sleep:0")]
    [InlineData("sleep:250")]
    [InlineData("fail:0")]
    [InlineData("fail:0.25")]
    [InlineData("crash:1")]
    public void There_are_five_of_them(string text) => Assert.NotNull(BuiltInHandler.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("ECHO")]
    [InlineData("echo:1")]
    [InlineData("sleep")]
    [InlineData("sleep:")]
    [InlineData("sleep:-1")]
    [InlineData("sleep:5s")]
    [InlineData("sleep:86400001")]
    [InlineData("fail")]
    [InlineData("fail:1.01")]
    [InlineData("fail:-0.1")]
    [InlineData("crash:NaN")]
    public void Anything_else_is_refused(string text) => Assert.Null(BuiltInHandler.Parse(text));
}
