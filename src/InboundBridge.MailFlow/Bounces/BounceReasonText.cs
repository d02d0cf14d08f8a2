using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Bounces;

internal static class BounceReasonText
{
    public static string Word(this BounceReason reason) => reason switch
    {
        BounceReason.Failed => "failed",
        BounceReason.Expired => "expired",
        BounceReason.Refused => "refused",
        BounceReason.Delayed => "delayed",
        BounceReason.Relayed => "relayed",
        BounceReason.Delivered => "delivered",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };

    /// <summary>
    /// Nobody is told twice that a recipient does not get the mail, whatever made it fail the second time; likewise of delay and arrival.
    /// </summary>
    public static string News(string word) => word switch
    {
        "failed" or "expired" or "refused" => "failure",
        "relayed" or "delivered" => "success",
        _ => word,
    };

    public static string News(this BounceReason reason) => News(reason.Word());

    /// <summary>
    /// Whether the sender wants to hear it (RFC 3461 §4.1). Who gave no NOTIFY hears of failures and, as that section leaves to us, of
    /// delays.
    /// </summary>
    public static bool IsWanted(this BounceReason reason, RecipientNotify notify) => reason switch
    {
        _ when notify.HasFlag(RecipientNotify.Never) => false,
        BounceReason.Relayed or BounceReason.Delivered => notify.HasFlag(RecipientNotify.Success),
        _ when notify == RecipientNotify.Unspecified => true,
        BounceReason.Delayed => notify.HasFlag(RecipientNotify.Delay),
        _ => notify.HasFlag(RecipientNotify.Failure),
    };
}
