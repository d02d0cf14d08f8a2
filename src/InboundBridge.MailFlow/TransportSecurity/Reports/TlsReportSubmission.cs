namespace InboundBridge.MailFlow.TransportSecurity.Reports;

/// <summary>Puts the mail of a report into the queue.</summary>
/// <param name="from">The envelope's sender.</param>
/// <param name="to">Its recipient.</param>
/// <exception cref="Spool.Contract.SpoolUnavailableException">Nothing was kept.</exception>
public delegate ValueTask TlsReportSubmission(string from, string to, ReadOnlyMemory<byte> mail, CancellationToken cancellationToken);
