namespace InboundBridge.Configuration.Sources;

/// <summary>Everything a configuration is read from. Precedence: file, then environment, then command line.</summary>
internal sealed record ConfigurationSource
{
    public const string DefaultFile = "inboundbridge.yaml";

    /// <summary>As named by the operator; null: <see cref="DefaultFile"/> where it exists, else the built-in defaults.</summary>
    public string? File { get; init; }

    /// <summary><c>--set KEY=VALUE</c>, in order.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required string CurrentFolder { get; init; }

    /// <summary>The default of <c>hostname</c>.</summary>
    public required string MachineName { get; init; }

    public required IConfigurationFiles Files { get; init; }

    /// <summary>Private keys are on another machine, so a missing key file is not reported.</summary>
    public bool HasNoKeys { get; init; }

    /// <summary>The process's own environment, directory and disk.</summary>
    public static ConfigurationSource OfProcess(string? file, IReadOnlyList<string> set)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
            variables[(string)variable.Key] = (string?)variable.Value ?? string.Empty;
        return new ConfigurationSource
        {
            File = file,
            Set = set,
            Environment = variables,
            CurrentFolder = Directory.GetCurrentDirectory(),
            MachineName = System.Environment.MachineName,
            Files = new DiskConfigurationFiles(),
        };
    }
}
