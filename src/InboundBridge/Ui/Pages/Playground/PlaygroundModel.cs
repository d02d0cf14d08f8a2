using InboundBridge.Explaining;
using InboundBridge.Ui.Text;

namespace InboundBridge.Ui.Pages.Playground;

/// <summary>The form of the playground, and below it what would happen.</summary>
/// <param name="Problem">Why nothing was tried; null where it was, or where nobody asked yet.</param>
public sealed record PlaygroundModel(PlaygroundInput Input, RuleEditorModel? Rules, string? Problem)
{
    public PlaygroundResult? Result { get; init; }
}

/// <summary>The text of one rule file.</summary>
/// <param name="Files">The files to choose from.</param>
/// <param name="Problems">Errors and warnings of the rules as they are written here.</param>
public sealed record RuleEditorModel(
    IReadOnlyList<string> Files, string File, string Text, bool IsChanged, IReadOnlyList<RuleProblemLine> Problems);

/// <param name="Line">From 1; 0 for the file as a whole, or another file.</param>
/// <param name="Column">From 1.</param>
public sealed record RuleProblemLine(int Line, int Column, string Text, bool IsWarning);

/// <param name="Requests">The request of each delivery that sends one, by its place in the plan.</param>
/// <param name="Test">A rule test that expects this outcome.</param>
public sealed record PlaygroundResult(
    MailExplanation Explanation, IReadOnlyDictionary<int, RequestText> Requests, IReadOnlyList<string> Notes, RuleTestPaste Test);
