using InboundBridge.Operations;
using InboundBridge.Operations.Principals;
using InboundBridge.Ui.Routing;

namespace InboundBridge.Ui.Pages.Rules;

/// <summary><c>/ui/rules</c>: the rules in force in their order, with hits, and where shadow rules would decide otherwise.</summary>
internal sealed class RulePages(ApplianceOperations operations)
{
    public void Map(UiRoutes routes) => routes.Get("/rules", Operation.ListRules, request => Task.FromResult(List(request)));

    private UiAnswer List(UiRequest request)
    {
        var query = request.ReadQuery("from");
        var from = query.Number("from", 1);
        if (query.Problem is { } problem)
            return UiAnswer.Trouble.Bad(problem);
        var rules = operations.Rules.List(request.Who);
        var first = Math.Min(from, Math.Max(1, rules.Count));
        var page = rules.Skip(first - 1).Take(RuleListModel.PageSize).ToList();
        var lines = operations.RuleTexts.ShowLines(request.Who, page);
        var tests = operations.Rules.ShowTests(request.Who);
        return new UiAnswer.Page("Rules", typeof(RuleListPage), new RuleListModel(
            [.. page.Select((rule, index) => new RuleRow(first + index, rule, lines[index], tests.GetValueOrDefault(rule.Name) ?? []))],
            first, rules.Count, tests.Count, operations.Rules.ShowShadow(request.Who)));
    }
}
