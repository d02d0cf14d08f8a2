namespace InboundBridge.MailFlow.Scanning;

/// <summary>A scanner does not know: it is gone, silent or overloaded, or its answer can't be understood.</summary>
public sealed class ScannerUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
