using InboundBridge.Rules.Yaml;

namespace InboundBridge.Configuration;

/// <param name="Options">Null when there are errors.</param>
/// <param name="Problems">Errors and warnings in the order they were found.</param>
/// <param name="Printed">The configuration as YAML, file and overrides together, secrets left out.</param>
internal sealed record ConfigurationOutcome(ApplianceOptions? Options, SourceProblems Problems, string Printed)
{
    /// <summary>Every secret value that was read: for <see cref="Logging.SecretFilter"/>, which keeps them out of the log.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>
    /// The options as far as they could be read, errors or not: enough to look for mistakes in the rules too, so that an author sees all of them at once.
    /// Null where rules would be blamed for what is wrong here (a destination that could not be read).
    /// </summary>
    public ApplianceOptions? Readable { get; init; }

    public override string ToString() => Options is null ? "problems" : $"version {Options.Version}";
}
