using InboundBridge.MailFlow.Delivery;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Operations;
using InboundBridge.Operations.Messages;
using InboundBridge.Operations.Principals;
using InboundBridge.Ui.Routing;
using InboundBridge.Ui.Text;

namespace InboundBridge.Ui.Pages.Message;

/// <summary><c>/ui/messages/{id}</c>: one message, read, explained, with its deliveries and its requests; and its deletion.</summary>
internal sealed class MessagePages(ApplianceOperations operations)
{
    public void Map(UiRoutes routes)
    {
        routes.Get("/messages/{id}", Operation.ShowMessage, ShowAsync);
        routes.Get("/messages/{id}/delete", Operation.Delete, AskAsync);
        routes.Post("/messages/{id}/delete", Operation.Delete, DeleteAsync);
    }

    private async Task<UiAnswer> ShowAsync(UiRequest request)
    {
        var query = request.ReadQuery("view", "delivery");
        var (view, delivery) = (query.OneOf("view", MessageModel.Views) ?? "read", query.Text("delivery"));
        if (query.Problem is { } problem)
            return UiAnswer.Trouble.Bad(problem);
        if (await operations.Messages.FindAsync(request.Who, request.Path("id"), request.Aborted) is not { } record)
            return UiAnswer.Trouble.NoMessage("such message");
        var model = new MessageModel(view, new MessageSummary(record.Message, record.Deliveries));
        model = view switch
        {
            "why" => await WhyAsync(request, model),
            "deliveries" => await DeliveriesAsync(request, model, record),
            "sent" => await SentAsync(request, model, delivery),
            "source" => await operations.Reading.ReadSourceAsync(request.Who, model.Id, request.Aborted) is { } source
                ? model with { Source = source } : model with { IsGone = true },
            _ => await operations.Reading.ReadAsync(request.Who, model.Id, request.Aborted) is { } reading
                ? model with { Reading = reading } : model with { IsGone = true },
        };
        return new UiAnswer.Page(MessageWords.Subject(record.Message), typeof(MessagePage), model);
    }

    private async Task<MessageModel> WhyAsync(UiRequest request, MessageModel model)
    {
        var message = model.Head.Message;
        var field = message.ResultsField is { } results ? HeaderLine.Value(results) : null;
        var reasons = message.Cause is null ? await operations.Reasons.ExplainAsync(request.Who, model.Id, request.Aborted) : null;
        return model with { Why = new WhyModel(VerdictsReader.Read(message.AuthenticationJson), reasons, field) };
    }

    private async Task<MessageModel> DeliveriesAsync(UiRequest request, MessageModel model, MessageRecord record)
    {
        var history = await operations.Messages.TraceAsync(request.Who, model.Id, request.Aborted);
        var bounces = record.Bounces.Select(bounce => new MessageLink(bounce.Id, MessageWords.Subject(bounce), bounce.ReceivedAt));
        var deliveries = history?.Deliveries ?? [];
        return model with
        {
            Deliveries = new DeliveriesModel(deliveries, operations.Names.Configured, [.. bounces])
            {
                Statuses = deliveries.Any(each => DeliveryTransitions.IsOpen(each.Delivery.State))
                    ? await operations.Destinations.ListAsync(request.Who, request.Aborted) : [],
            },
        };
    }

    private async Task<MessageModel> SentAsync(UiRequest request, MessageModel model, string? wanted)
    {
        var deliveries = model.Head.Deliveries.Where(each => each.Destination.Length > 0).ToList();
        var chosen = deliveries.Find(each => each.Id == wanted) ?? deliveries.FirstOrDefault();
        var preview = chosen is null ? null : await operations.Reasons.PreviewAsync(request.Who, chosen.Id, request.Aborted);
        var text = preview is null ? null : RequestTexts.Of(preview, operations.Reasons.Hide);
        return model with { Sent = new SentModel(deliveries, chosen, text) };
    }

    private async Task<UiAnswer> AskAsync(UiRequest request)
    {
        if (request.ReadQuery().Problem is { } problem)
            return UiAnswer.Trouble.Bad(problem);
        var record = await operations.Messages.FindAsync(request.Who, request.Path("id"), request.Aborted);
        if (record is null)
            return UiAnswer.Trouble.NoMessage("such message");
        var open = record.Deliveries.Count(each => DeliveryTransitions.Applies(DeliveryChangeKind.Cancel, each.State));
        return new UiAnswer.Page(
            "Delete", typeof(DeletePage), new DeleteModel(new MessageSummary(record.Message, record.Deliveries), open));
    }

    private async Task<UiAnswer> DeleteAsync(UiRequest request)
    {
        var id = request.Path("id");
        if (await operations.Messages.EraseAsync(request.Who, id, request.Aborted) is not { } cancelled)
            return UiAnswer.Trouble.NoMessage("such message");
        return new UiAnswer.Redirect(
            $"/ui/messages/{id}", $"The message was deleted. {NumberText.Deliveries(cancelled, "cancelled")}.");
    }
}
