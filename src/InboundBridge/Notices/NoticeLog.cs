namespace InboundBridge.Notices;

/// <summary>Events 2501 to 2505.</summary>
internal sealed partial class NoticeLog(ILogger<NoticeLog> log)
{
    private readonly ILogger _log = log;

    [LoggerMessage(
        EventId = 2501, EventName = "notice", Level = LogLevel.Information, Message =
        "operators are told kind={Kind} subject={Subject} count={Count} webhook={Webhook}")]
    public partial void Told(string kind, string subject, long count, string webhook);

    [LoggerMessage(
        EventId = 2502, EventName = "notice_dead", Level = LogLevel.Error, Message =
        "a notice for operators could not be delivered message={MessageId} delivery={DeliveryId} destination={Destination}")]
    public partial void NotHeard(string messageId, string deliveryId, string destination);

    [LoggerMessage(
        EventId = 2503, EventName = "notice_waits", Level = LogLevel.Warning, Message =
        "the spool can't take a notice yet kind={Kind} subject={Subject}: {Problem}")]
    public partial void NotKept(string kind, string subject, string problem);

    [LoggerMessage(
        EventId = 2504, EventName = "notice_blind", Level = LogLevel.Warning, Message =
        "what operators should hear can't be looked for now: {Problem}")]
    public partial void NotLooked(string problem);

    [LoggerMessage(
        EventId = 2505, EventName = "notice_lost", Level = LogLevel.Warning, Message =
        "the appliance stops before operators could be told again kind={Kind} subject={Subject} count={Count}")]
    public partial void Forgotten(string kind, string subject, long count);
}
