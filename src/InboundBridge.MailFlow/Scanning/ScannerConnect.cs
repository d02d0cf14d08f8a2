namespace InboundBridge.MailFlow.Scanning;

/// <summary>Opens a connection to a scanner. The caller disposes the stream.</summary>
/// <exception cref="System.Net.Sockets.SocketException">Nobody listens there.</exception>
public delegate ValueTask<Stream> ScannerConnect(CancellationToken cancellationToken);
