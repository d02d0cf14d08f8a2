using InboundBridge.MailFlow.Spool.Sealing;

namespace InboundBridge.MailFlow.Spool.Postgres.Opening;

/// <summary>
/// The keys that all nodes of a spool share. The first node makes them. They are in the database: whoever may read its rows may read the
/// mail as well, and a back-up has both.
/// </summary>
/// <param name="Seal">Encrypts the options that rules override.</param>
/// <param name="Links">Signs links.</param>
internal sealed record PostgresKeys(OptionsSeal Seal, byte[] Links);
