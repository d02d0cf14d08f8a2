namespace InboundBridge.Terminal;

/// <summary>Exit codes of commands (docs/cli.md).</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The command ran and the answer is no: problems found, a test failed, mail refused, not ready, not started.</summary>
    public const int Failed = 1;

    /// <summary>The command could not be carried out as given: unknown option, missing argument, a feature that is not there.</summary>
    public const int Usage = 2;
}
