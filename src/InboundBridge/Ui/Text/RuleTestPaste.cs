using System.Globalization;
using InboundBridge.Rules.Testing;

namespace InboundBridge.Ui.Text;

/// <summary>A rule test to copy, and where it goes.</summary>
/// <param name="Text">Null where no test can be made.</param>
/// <param name="Problem">Why there is none, or what is left to do; null for a test that passes when it is pasted.</param>
public sealed record RuleTestPaste(string? Text, string Where, string? Problem)
{
    /// <param name="file">The name of the rule file that it should go into; null where the reader sees none.</param>
    /// <param name="text">Its text.</param>
    /// <param name="hide">Masks the configuration's secrets.</param>
    internal static RuleTestPaste Of(RuleTestDraft draft, string? file, string? text, Func<string, string> hide)
    {
        if (draft.Entry is not { } entry)
            return new RuleTestPaste(null, string.Empty, draft.Problem);
        var place = text is null ? RuleTestPlace.OwnFile : RuleTestPlace.In(text);
        var where = place switch
        {
            { Line: 0 } => "Save it as a file of its own beside the rules, as copied-tests.yaml: rule files are read together.",
            { NeedsHead: true } => $"Paste it at the end of {file}.",
            _ => string.Create(CultureInfo.InvariantCulture, $"Paste it below line {place.Line} of {file}, where its tests end."),
        };
        return new RuleTestPaste(hide(place.Text(entry)), where, draft.Problem);
    }
}
