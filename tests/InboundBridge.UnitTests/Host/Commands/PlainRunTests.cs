using InboundBridge.Commands;
using InboundBridge.Commands.Parsing;
using InboundBridge.Configuration.Sources;
using InboundBridge.Terminal;

namespace InboundBridge.UnitTests.Host.Commands;

/// <summary>The usual arguments of a service are read without the library, and mean the same.</summary>
public sealed class PlainRunTests
{
    [Theory]
    [InlineData("")]
    [InlineData("run")]
    [InlineData("run|--config|/etc/inboundbridge/inboundbridge.yaml")]
    [InlineData("run|-c|own.yaml")]
    [InlineData("--config|folder/own")]
    [InlineData("--config|a name.yaml")]
    public async Task They_name_the_file_that_the_library_reads(string line)
    {
        var arguments = line.Split('|', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(PlainRun.Reads(arguments, out var file));

        ConfigurationSource? read = null;
        var host = new HostActions
        {
            Run = (source, _, _) =>
            {
                read = source;
                return Task.FromResult(7);
            },
        };
        Assert.Equal(7, await new CommandLine(CommandConsole.OfProcess(), host).RunAsync(arguments));
        Assert.Equal(read!.File, ConfigurationSource.OfProcess(file, []).File);
        Assert.Equal(read.File, file);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("run|--help")]
    [InlineData("run|--config")]
    [InlineData("run|--config|")]
    [InlineData("run|--config|--set")]
    [InlineData("run|--config|-.yaml")]
    [InlineData("run|--config|@arguments.txt")]
    [InlineData("run|--config|check")]
    [InlineData("run|--config|own.yaml|--set|http.listen=127.0.0.1:0")]
    [InlineData("run|own.yaml")]
    [InlineData("run|--set|a.b=1")]
    public void Everything_else_is_left_to_the_library(string line) => Assert.False(PlainRun.Reads(line.Split('|'), out _));
}
