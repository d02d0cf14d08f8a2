namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>An open delivery with its message, as the scheduler needs both.</summary>
public sealed record DueDelivery(SpooledDelivery Delivery, SpooledMessage Message);

/// <param name="ByAge">
/// True: the oldest first, whatever their next attempt (a destination that keeps an order); false: the earliest next attempt first.
/// </param>
/// <param name="Limit">At most so many.</param>
public sealed record DueRequest(string Destination, bool ByAge, int Limit);
