using System.Net;
using System.Net.Sockets;

namespace InboundBridge.MailFlow.Dns;

/// <summary>Sends one question to one server and returns its answer. Tests replace it with a zone.</summary>
/// <exception cref="IOException">Or <see cref="SocketException"/>: the server can't be reached.</exception>
internal delegate ValueTask<DnsMessage> DnsExchange(IPEndPoint server, DnsQuery query, bool overTcp, CancellationToken cancellationToken);
