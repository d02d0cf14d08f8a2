using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Opening;

namespace InboundBridge.MailFlow.Spool;

/// <summary>Where a spool is.</summary>
/// <param name="Options">The path is the embedded spool's directory, or that of this node of a shared one.</param>
/// <param name="Shared">Null: the embedded store.</param>
public sealed record SpoolPlace(SpoolOptions Options, PostgresSettings? Shared);
