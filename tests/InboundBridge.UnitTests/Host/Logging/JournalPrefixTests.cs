using System.Text;
using InboundBridge.Configuration.Options;
using InboundBridge.Logging;
using Microsoft.Extensions.Logging;

namespace InboundBridge.UnitTests.Host.Logging;

public sealed class JournalPrefixTests
{
    [Theory]
    [InlineData("8:12345", "socket:[12345]", true)]
    [InlineData("8:12345", "socket:[999]", false)]
    [InlineData("8:12345", "/dev/null", false)]
    [InlineData("8:12345", null, false)]
    [InlineData(null, "socket:[12345]", false)]
    [InlineData("nonsense", "socket:[nonsense]", false)]
    public void Only_an_output_that_is_the_journal_gets_levels(string? stream, string? output, bool expected) =>
        Assert.Equal(expected, JournalPrefix.IsJournal(stream, output));

    [Fact]
    public void Each_line_has_its_level_in_front()
    {
        using var output = new MemoryStream();
        using (var log = new ApplianceLog(new LogOptions(), TimeProvider.System, output, isJournal: true))
        {
            var logger = log.Factory.CreateLogger("InboundBridge.X");
            logger.LogInformation("one");
            logger.LogError("two");
        }
        var lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n');
        Assert.StartsWith("<6>20", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("<3>20", lines[1], StringComparison.Ordinal);
    }
}
