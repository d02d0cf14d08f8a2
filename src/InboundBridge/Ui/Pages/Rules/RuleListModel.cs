using InboundBridge.Operations.Status;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;

namespace InboundBridge.Ui.Pages.Rules;

/// <summary>A page of the rules in force, in their order.</summary>
/// <param name="First">The number of the first one, from 1.</param>
/// <param name="Total">All rules.</param>
/// <param name="Tested">Rules that matched in at least one test.</param>
public sealed record RuleListModel(IReadOnlyList<RuleRow> Items, int First, int Total, int Tested, ShadowReport Shadow)
{
    /// <summary>Rules of a page.</summary>
    public const int PageSize = 100;
}

/// <param name="Lines">As written; null where they can't be shown.</param>
/// <param name="Tests">The rules' own tests in which it matched.</param>
public sealed record RuleRow(int Number, Rule Rule, string? Lines, IReadOnlyList<RuleTest> Tests);
