using InboundBridge.Configuration.Options;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration;

/// <param name="Options">Null when there are errors.</param>
/// <param name="Problems">Errors and warnings in the order they were found.</param>
/// <param name="Printed">The configuration as YAML, file and overrides together, secrets left out.</param>
internal sealed record ConfigurationOutcome(ApplianceOptions? Options, SourceProblems Problems, string Printed)
{
    /// <summary>Every secret value that was read: for <see cref="Logging.SecretFilter"/>, which keeps them out of the log.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>
    /// The options as far as they could be read, even with errors: enough to check the rules too, so that an author sees all mistakes at
    /// once. Null where the rules would be blamed for a mistake of the configuration, such as a destination that could not be read.
    /// </summary>
    public ApplianceOptions? Readable { get; init; }

    /// <summary>The position of a key, else of the nearest key above it that is in the file, else of the file as a whole.</summary>
    public Func<string[], SourcePosition> Places { get; init; } = _ => new SourcePosition("built-in defaults", 0, 0);

    public SourcePosition PlaceOf(params string[] path) => Places(path);

    public override string ToString() => Options is null ? "problems" : $"version {Options.Version}";
}
