using InboundBridge.Commands;
using InboundBridge.Terminal;

namespace InboundBridge.UnitTests.Host.Commands;

/// <summary>One run of the command line in memory.</summary>
internal sealed class CommandRun
{
    public string Out { get; private set; } = string.Empty;

    public string Error { get; private set; } = string.Empty;

    public string In { get; init; } = string.Empty;

    public Func<string, string?>? AskSecret { get; init; }

    public Func<string, string?>? Ask { get; init; }

    public int Width { get; init; } = 80;

    /// <summary>What went out as octets, each as a character.</summary>
    public string Octets { get; private set; } = string.Empty;

    public bool OutIsTerminal { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public bool UsesColour { get; init; }

    public Task<int> RunAsync(params string[] arguments) => RunAsync(HostCommands.Actions, arguments);

    public async Task<int> RunAsync(HostActions host, params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        using var input = new StringReader(In);
        var octets = new MemoryStream();
        var console = new CommandConsole
        {
            In = input,
            Out = output,
            Error = errors,
            OpenOut = () => octets,
            OutIsTerminal = OutIsTerminal,
            AskSecret = AskSecret,
            Ask = Ask,
            Width = () => Width,
            UsesColour = UsesColour,
            Time = Clock,
        };
        var exitCode = await new CommandLine(console, host).RunAsync(arguments);
        (Out, Error, Octets) = (output.ToString(), errors.ToString(), System.Text.Encoding.Latin1.GetString(octets.ToArray()));
        return exitCode;
    }
}
