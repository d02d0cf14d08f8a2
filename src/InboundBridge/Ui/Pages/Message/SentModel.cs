using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Ui.Text;

namespace InboundBridge.Ui.Pages.Message;

/// <summary>The request of one delivery, without credentials.</summary>
/// <param name="Deliveries">Those to choose from.</param>
/// <param name="Chosen">The delivery that is shown; null where the message has none.</param>
/// <param name="Request">Null where its destination gets no HTTP requests.</param>
public sealed record SentModel(IReadOnlyList<SpooledDelivery> Deliveries, SpooledDelivery? Chosen, RequestText? Request);
