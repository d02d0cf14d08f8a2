namespace InboundBridge.Mime.Reading;

/// <summary>Packed content exceeds a cap. The message is a sentence for the mail's list of problems.</summary>
internal sealed class UnpackLimitException(string problem) : Exception(problem);
