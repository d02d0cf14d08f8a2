using InboundBridge.Operations;
using InboundBridge.Operations.Messages;
using InboundBridge.Operations.Principals;
using InboundBridge.Ui.Routing;
using InboundBridge.Ui.Text;

namespace InboundBridge.Ui.Pages.Message;

/// <summary><c>/ui/messages/{id}/test</c>: a stored message as a rule test to copy.</summary>
internal sealed class TestCopyPages(ApplianceOperations operations)
{
    public void Map(UiRoutes routes) => routes.Get("/messages/{id}/test", Operation.Explain, ShowAsync);

    private async Task<UiAnswer> ShowAsync(UiRequest request)
    {
        var (query, id) = (request.ReadQuery("recipient", "file"), request.Path("id"));
        var (recipient, wanted) = (query.Text("recipient"), query.Text("file"));
        if (query.Problem is { } problem)
            return UiAnswer.Trouble.Bad(problem);
        if (await operations.Messages.FindAsync(request.Who, id, request.Aborted) is not { } record
            || await operations.Reasons.CopyAsync(request.Who, id, recipient, request.Aborted) is not { } draft)
            return UiAnswer.Trouble.NoMessage("such message or recipient, or the octets of the message are gone");
        var texts = request.Who.May(Operation.CompareRules) ? operations.RuleTexts.ReadRules(request.Who) : null;
        var file = texts is null ? null
            : wanted is not null && texts.ContainsKey(wanted) ? wanted
            : texts.Keys.FirstOrDefault(name => draft.DecidedIn?.EndsWith(name, StringComparison.Ordinal) == true)
                ?? texts.Keys.LastOrDefault();
        return new UiAnswer.Page("As a rule test", typeof(TestCopyPage), new TestCopyModel(
            new MessageSummary(record.Message, record.Deliveries), recipient ?? record.Message.Envelope.Recipients[0].Address,
            [.. texts?.Keys ?? []], file,
            RuleTestPaste.Of(draft, file, file is null ? null : texts!.GetValueOrDefault(file), operations.Reasons.Hide)));
    }
}
