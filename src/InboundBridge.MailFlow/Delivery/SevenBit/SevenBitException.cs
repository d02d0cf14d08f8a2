namespace InboundBridge.MailFlow.Delivery.SevenBit;

/// <summary>Why a mail can't be converted, in words for its sender's operator.</summary>
internal sealed class SevenBitException(string reason) : Exception(reason);
