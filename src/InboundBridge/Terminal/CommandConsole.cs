namespace InboundBridge.Terminal;

/// <summary>The input and output of commands; tests replace them by texts.</summary>
internal sealed record CommandConsole
{
    public required TextReader In { get; init; }

    /// <summary>For results.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>For results that are octets, not text.</summary>
    public Func<Stream> OpenOut { get; init; } = Console.OpenStandardOutput;

    /// <summary>For everything else: problems, prompts, progress.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Results are shown to a person, so tables and progress bars make sense.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>The terminal supports escape sequences, and NO_COLOR is not set (no-color.org).</summary>
    public bool UsesColour { get; init; }

    /// <summary>Asks a person for a secret, without echo; null if input is not a terminal.</summary>
    public Func<string, string?>? AskSecret { get; init; }

    /// <summary>Asks a person a question and reads a line; null if input is not a terminal.</summary>
    public Func<string, string?>? Ask { get; init; }

    /// <summary>
    /// Columns of the terminal. A function, called only when a table is printed: the query changes the mode of some terminals.
    /// </summary>
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

    /// <summary>Some pseudo-terminals report a width of 0.</summary>
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
