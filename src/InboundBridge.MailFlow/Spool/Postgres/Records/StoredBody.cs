namespace InboundBridge.MailFlow.Spool.Postgres.Records;

/// <summary>Where the octets of a message are: the column <c>messages.body</c>.</summary>
internal enum StoredBody : short
{
    /// <summary>All of them in the message's row.</summary>
    Inline = 0,

    /// <summary>The prelude in the message's row, what was received in <c>chunks</c>.</summary>
    Chunks = 1,

    /// <summary>Nowhere: retention or an erasure has removed them.</summary>
    Gone = 2,
}
