using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.SenderAuthentication.Greylisting;

public sealed partial class GreylistLog(ILogger<GreylistLog> logger)
{
    [LoggerMessage(EventId = 1031, EventName = "greylist_unread", Level = LogLevel.Warning,
        Message = "strangers pass: what greylisting remembers can't be read: {Problem}")]
    internal partial void Unread(string problem);

    [LoggerMessage(EventId = 1032, EventName = "greylist_unwritten", Level = LogLevel.Warning,
        Message = "what greylisting saw of strangers is not kept, who will wait once more count={Count}: {Problem}")]
    internal partial void Unwritten(int count, string problem);
}
