namespace InboundBridge.MailFlow.Spool.Postgres.Records;

/// <summary>
/// The owner of all deliveries of an import that is not complete, also of those that have ended: so they are told from others. No queue has
/// this name.
/// </summary>
internal static class ImportOwner
{
    public const string Name = "import";
}
