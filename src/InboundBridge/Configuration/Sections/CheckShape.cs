using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;

namespace InboundBridge.Configuration.Sections;

/// <summary>A check as one word (<c>off</c>, <c>on</c>, <c>enforce</c>), or as a mapping with <c>mode</c>.</summary>
internal static class CheckShape
{
    public static ConfigShape<CheckOptions> Word => Mode.As(mode => new CheckOptions { Mode = mode });

    public static ScalarShape<bool> OnOff => Scalars.Choice(("off", false), ("on", true));

    private static ScalarShape<CheckMode> Mode =>
        Scalars.Choice(("off", CheckMode.Off), ("on", CheckMode.On), ("enforce", CheckMode.Enforce));

    private static ScalarShape<OnTemporaryError> TemporaryError =>
        Scalars.Choice(("accept", OnTemporaryError.Accept), ("defer", OnTemporaryError.Defer));

    public static ConfigShape<CheckOptions> Of(string about) => new ByKindShape<CheckOptions>(
        Word, AddTo(new SectionShape<CheckOptions>(about, () => new CheckOptions()), check => check, (_, value) => value));

    /// <summary>The section with the keys that every check has.</summary>
    public static SectionShape<T> AddTo<T>(SectionShape<T> section, Func<T, CheckOptions> get, Func<T, CheckOptions, T> set) => section
        .Key("mode", Mode, (all, value) => set(all, get(all) with { Mode = value }), "off, on (a verdict only) or enforce.", "on")
        .Key("on_temporary_error", TemporaryError, (all, value) => set(all, get(all) with { OnTemporaryError = value }),
            "When an enforced check can't be finished now: accept the mail, or defer it (451).", "accept")
        .Check((all, node, reading) =>
        {
            if (get(all) is { Mode: not CheckMode.Enforce, OnTemporaryError: OnTemporaryError.Defer })
                reading.Error(
                    node["on_temporary_error"] ?? node, "on_temporary_error: defer needs mode: enforce",
                    "a check that is only on refuses and defers nothing");
        });
}
