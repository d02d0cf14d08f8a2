namespace InboundBridge.Terminal;

/// <summary>Where commands read and write; a test puts texts in its place.</summary>
internal sealed record CommandConsole
{
    public required TextReader In { get; init; }

    /// <summary>Results.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Results that are octets and no text.</summary>
    public Func<Stream> OpenOut { get; init; } = Console.OpenStandardOutput;

    /// <summary>Everything else.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Results go to a person: colour, tables and progress bars make sense.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>Escape sequences are welcome: a terminal that knows them, and nobody who set NO_COLOR (no-color.org).</summary>
    public bool UsesColour { get; init; }

    /// <summary>Asks a person without echo; null where input is no terminal.</summary>
    public Func<string, string?>? AskSecret { get; init; }

    /// <summary>Asks a person a question and reads the line; null where input is no terminal.</summary>
    public Func<string, string?>? Ask { get; init; }

    /// <summary>Columns of the terminal, asked when a table is to be printed: asking switches some terminals into another mode.</summary>
    public Func<int> Width { get; init; } = static () => UsualWidth;

    public required TimeProvider Time { get; init; }

    private const int UsualWidth = 80;

    public static CommandConsole OfProcess() => new()
    {
        In = Console.In,
        Out = Console.Out,
        Error = Console.Error,
        OutIsTerminal = !Console.IsOutputRedirected,
        UsesColour = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") != "dumb",
        AskSecret = Console.IsInputRedirected ? null : SecretPrompt.Ask,
        Ask = Console.IsInputRedirected ? null : AskLine,
        Width = WidthOfTerminal,
        Time = TimeProvider.System,
    };

    /// <summary>The question goes to standard error, so that the result can be redirected.</summary>
    private static string? AskLine(string question)
    {
        Console.Error.Write(question);
        return Console.In.ReadLine();
    }

    /// <summary>Some pseudo-terminals say that they have no width.</summary>
    private static int WidthOfTerminal()
    {
        try
        {
            return Console.WindowWidth is > 0 and var width ? width : UsualWidth;
        }
        catch (IOException)
        {
            return UsualWidth;
        }
    }
}
