using System.Text;
using InboundBridge.Configuration.Options;
using InboundBridge.Logging;
using Microsoft.Extensions.Logging;

namespace InboundBridge.UnitTests.Host.Logging;

/// <summary>What strangers cause at will is no error, and no stack trace, whatever the framework thinks of it.</summary>
public sealed class FrameworkEventsTests
{
    private const string Server = "Microsoft.AspNetCore.Server.Kestrel";
    private const string GivenUp = "RequestBodyDrainBodyReaderInvalidState";

    [Theory]
    [InlineData(LogLevel.Information, Server, GivenUp, "")]
    [InlineData(LogLevel.Error, Server, GivenUp, "")]
    [InlineData(LogLevel.Debug, Server, GivenUp, "debug")]
    [InlineData(LogLevel.Information, Server, "ApplicationError", "error")]
    [InlineData(LogLevel.Information, "InboundBridge.Http", GivenUp, "error")]
    public void A_body_that_was_given_up_is_no_error(LogLevel configured, string category, string name, string shown)
    {
        var line = LineOf(configured, LogLevel.Information, category, name);
        Assert.Equal(shown.Length > 0, line.Contains($" {shown}", StringComparison.Ordinal) && line.Length > 0);
        Assert.Equal(shown.Length == 0, line.Length == 0);
    }

    [Fact]
    public void A_reload_of_the_level_holds_for_it_too()
    {
        Assert.Contains(" debug ", LineOf(LogLevel.Information, LogLevel.Debug, Server, GivenUp), StringComparison.Ordinal);
        Assert.Equal(string.Empty, LineOf(LogLevel.Debug, LogLevel.Warning, Server, GivenUp));
    }

    /// <param name="reloaded">The level after a reload; <see cref="LogLevel.Information"/>: there was none.</param>
    private static string LineOf(LogLevel configured, LogLevel reloaded, string category, string name)
    {
        using var output = new MemoryStream();
        using (var log = new ApplianceLog(new LogOptions { Level = configured }, TimeProvider.System, output))
        {
            if (reloaded != LogLevel.Information)
                log.Replace(new LogOptions { Level = reloaded });
            log.Factory.CreateLogger(category).Log(
                LogLevel.Error, new EventId(20, name), "words", new InvalidOperationException("Reading is not allowed."),
                (words, _) => words);
        }
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
