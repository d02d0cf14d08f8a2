using InboundBridge.Operations;
using InboundBridge.Operations.Principals;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Ui.Routing;
using InboundBridge.Yaml;

namespace InboundBridge.Ui.Pages.Playground;

/// <summary>
/// The rules as text, to be tried in another form than they have on disk. Only for administrators, since scripts of the text are run.
/// Nothing is written.
/// </summary>
internal sealed class RuleEditor(ApplianceOperations operations)
{
    /// <summary>The text of a new file, where there is none.</summary>
    private const string Beginning = "rules:\n  - name: a first rule\n    when: { recipient: \"*@example.com\" }\n    then: [ hold: look at it ]\n";

    private const string NewFile = "rules.yaml";

    /// <summary>Null for whoever may not try other rules.</summary>
    /// <param name="wanted">The path of a file; null or unknown: the first one.</param>
    public RuleEditorModel? Open(Principal who, string? wanted)
    {
        if (!who.May(Operation.CompareRules))
            return null;
        var files = operations.RuleTexts.ReadRules(who);
        var file = wanted is not null && files.ContainsKey(wanted) ? wanted : files.Keys.FirstOrDefault() ?? NewFile;
        return new RuleEditorModel([.. files.Keys], file, files.TryGetValue(file, out var text) ? text : Beginning, IsChanged: false, []);
    }

    /// <summary>The rules of a form: null where they are those in force; and whether they can be used.</summary>
    public (RuleSet? Rules, RuleEditorModel? Editor, bool IsUsable) Read(Principal who, UiForm form)
    {
        if (Open(who, form.Text("file")) is not { } shown)
            return (null, null, true);
        var text = form.Raw("rules").ReplaceLineEndings("\n");
        if (!form.Has("rules") || text.Trim() == shown.Text.ReplaceLineEndings("\n").Trim())
            return (null, shown, true);
        var all = operations.RuleTexts.ReadAll(who).ToDictionary(entry => entry.Key, entry => (string?)entry.Value, StringComparer.Ordinal);
        all[shown.File] = text;
        var (rules, problems) = operations.RuleTexts.Load(who, all);
        var editor = shown with { Text = text, IsChanged = true, Problems = [.. problems.Select(problem => LineOf(problem, shown.File))] };
        return (rules, editor, rules is not null);
    }

    private static RuleProblemLine LineOf(SourceProblem problem, string file)
    {
        var at = problem.Position;
        var isHere = at.File == file || at.File.EndsWith($"/{file}", StringComparison.Ordinal);
        var hint = problem.Hint is { } text ? $" ({text})" : string.Empty;
        return new RuleProblemLine(
            isHere ? at.Line : 0, at.Column, $"{(isHere ? string.Empty : $"{at}: ")}{problem.Text}{hint}", problem.IsWarning);
    }
}
