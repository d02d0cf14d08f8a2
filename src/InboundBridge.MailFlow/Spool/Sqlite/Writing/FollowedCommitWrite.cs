namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>A new message, and after it the mails that follow from it: all of them or none.</summary>
internal sealed class FollowedCommitWrite(IReadOnlyList<CommitWrite> mails) : SpoolWrite
{
    public override bool IsIntake => true;

    public override bool HasFile => mails.Any(mail => mail.HasFile);

    /// <summary>Claims the deliveries before anybody can find them in the database.</summary>
    public void Claim()
    {
        foreach (var mail in mails)
            mail.Claim();
    }

    public override void Apply(WriterSession session)
    {
        foreach (var mail in mails)
            mail.Apply(session);
    }

    public override void Committed()
    {
        foreach (var mail in mails)
            mail.Committed();
    }

    protected override void Failed()
    {
        foreach (var mail in mails)
            mail.Unclaim();
    }
}
