using InboundBridge.Operations.Messages;

namespace InboundBridge.Ui.Pages.Message;

/// <param name="Open">Deliveries that the deletion cancels.</param>
public sealed record DeleteModel(MessageSummary Item, int Open);
