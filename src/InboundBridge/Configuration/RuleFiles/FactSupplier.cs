using InboundBridge.Configuration.Options;
using InboundBridge.Rules.Facts;

namespace InboundBridge.Configuration.RuleFiles;

/// <summary>A check or a scanner, and the facts that it supplies to rules.</summary>
/// <param name="Key">Of the configuration.</param>
/// <param name="Example">How it is switched on.</param>
/// <param name="IsOn">Whether a configuration has it.</param>
/// <param name="IsBuilt">False: this version doesn't carry it out, whatever the configuration says.</param>
internal sealed record FactSupplier(string Key, string Example, Func<ApplianceOptions, bool> IsOn, bool IsBuilt, params Fact[] Facts)
{
    public bool Supplies(ApplianceOptions options) => IsBuilt && IsOn(options);

    /// <summary>What the operator can do where it supplies nothing.</summary>
    public string Hint => IsBuilt
        ? $"{Key} supplies it: {Example}"
        : $"{Key} would supply it, but this version does not carry out that check yet: take it out, or switch the rule off with enabled: false";
}
