using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Reception.Checks;

namespace InboundBridge.Configuration.RuleFiles;

/// <summary>A check or scanner that supplies facts to rules.</summary>
/// <param name="Key">Its key in the configuration; the catalogue's facts name their supplier by it.</param>
/// <param name="Example">How an operator switches it on.</param>
/// <param name="IsOn">Whether a configuration has it switched on.</param>
/// <param name="Supply">Asks it.</param>
internal sealed record FactCheck(string Key, string Example, Func<ApplianceOptions, bool> IsOn, FactSupply Supply)
{
    /// <summary>
    /// The values that facts of it, by their keys, can have under a configuration that has it switched on. Facts that are not there can
    /// have any of the catalogue's.
    /// </summary>
    public Func<ApplianceOptions, IReadOnlyDictionary<string, IReadOnlyList<string>>>? Words { get; init; }

    /// <summary>What the operator can do where it supplies nothing.</summary>
    public string Hint => $"{Key} supplies it: {Example}";
}
