using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Spool.Moving;

/// <summary>A spool that takes what was exported. No delivery that it takes can be attempted before <see cref="ReleaseAsync"/>.</summary>
internal interface ISpoolTarget : IAsyncDisposable
{
    string Place { get; }

    IMailSpool Spool { get; }

    /// <summary>Keeps an unfinished import from being delivered. May be called again for the same import.</summary>
    ValueTask BeginAsync(CancellationToken cancellationToken);

    /// <summary>Takes the key that signs links, if the spool has no mail of its own.</summary>
    /// <returns>False: the spool keeps another key.</returns>
    ValueTask<bool> TakeLinkKeyAsync(byte[] key, CancellationToken cancellationToken);

    /// <summary>Stores mails in their order, in one transaction. Those whose ids are in use are passed over.</summary>
    /// <returns>The number of mails that were stored.</returns>
    ValueTask<int> AddAsync(IReadOnlyList<ArrivingMail> mails, CancellationToken cancellationToken);

    /// <summary>Lets every delivery that was taken be claimed. May be called again.</summary>
    ValueTask ReleaseAsync(CancellationToken cancellationToken);

    /// <summary>What imports that are not complete have stored.</summary>
    ValueTask<HalfImport> CountImportedAsync(CancellationToken cancellationToken);

    /// <summary>Removes it. May be called again.</summary>
    /// <returns>The mails that stay, because they have got another delivery meanwhile.</returns>
    ValueTask<long> RemoveImportedAsync(CancellationToken cancellationToken);

    /// <summary>Ends what <see cref="BeginAsync"/> began.</summary>
    ValueTask EndAsync(CancellationToken cancellationToken);
}
