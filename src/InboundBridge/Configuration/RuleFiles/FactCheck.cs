using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Reception.Checks;

namespace InboundBridge.Configuration.RuleFiles;

/// <summary>A check or scanner that supplies facts to rules.</summary>
/// <param name="Key">Its key in the configuration; the catalogue's facts name their supplier by it.</param>
/// <param name="Example">How an operator switches it on.</param>
/// <param name="IsOn">Whether a configuration has it switched on.</param>
/// <param name="Build">Makes its supplier; null: this version does not carry out the check, whatever the configuration says.</param>
internal sealed record FactCheck(string Key, string Example, Func<ApplianceOptions, bool> IsOn, Func<ApplianceOptions,
    FactSupply>? Build = null)
{
    public bool Supplies(ApplianceOptions options) => Build is not null && IsOn(options);

    /// <summary>What the operator can do where it supplies nothing.</summary>
    public string Hint => Build is not null
        ? $"{Key} supplies it: {Example}"
        : $"{Key} would supply it, but this version does not carry out that check yet: "
            + "take it out, or switch the rule off with enabled: false";
}
