using System.Runtime.CompilerServices;
using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Requests;
using InboundBridge.MailFlow.Delivery.Webhook.Transforming;
using InboundBridge.MailFlow.Delivery.Webhook.Transport;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Delivery.Webhook.Sending;

/// <summary>Delivers each mail as one HTTP POST (docs/webhooks.md).</summary>
public sealed class WebhookTarget : IDeliveryTarget
{
    /// <summary>The time for the rest of an answer once its status has arrived.</summary>
    private static readonly TimeSpan AnswerBodyTimeout = TimeSpan.FromSeconds(5);

    private readonly PreparedWebhook _webhook;
    private readonly WebhookServices _services;
    private readonly MailTransform? _transform;

    /// <param name="transform">Runs the script of <see cref="WebhookOptions.Transform"/>; null: the format makes the request.</param>
    /// <exception cref="FormatException">Options that <see cref="WebhookOptionsValidator"/> reports.</exception>
    public WebhookTarget(WebhookOptions options, WebhookServices services, TransformRun? transform = null)
    {
        _webhook = PreparedWebhook.From(options, services.TemporaryFolder);
        _services = services;
        _transform = transform is null ? null : new MailTransform(transform, services, services.Gate);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<DeliveryOutcome> DeliverAsync(DeliveryAttempt attempt, CancellationToken cancellationToken)
    {
        // Until something is sent, shutdown ends the attempt. Afterwards the receiver
        // may have accepted the mail, so we wait for its answer.
        cancellationToken.ThrowIfCancellationRequested();
        if (attempt.Delivery.OptionsJson == SpooledDelivery.UnreadableOptions)
            return new DeliveryOutcome.RetryLater(OptionsText.Unreadable);
        if (!TryPrepare(attempt, out var webhook, out var url, out var problem, out var isMisfit))
            return isMisfit ? new DeliveryOutcome.RetryLater(problem, Answered: true) : new DeliveryOutcome.Failed(problem);
        var local = await LocalAsync(attempt, cancellationToken);
        if (_transform is not null)
            return await TransformAndSendAsync(_transform, local, webhook, url!, cancellationToken);
        var (answer, fault) = await SendAsync(local, webhook, url!, cancellationToken);
        return answer is null ? new DeliveryOutcome.RetryLater(fault) : OutcomeOf(attempt, webhook, answer);
    }

    /// <summary>The request that <see cref="DeliverAsync"/> would send now. Nothing is sent.</summary>
    /// <param name="attempt">Its content is local.</param>
    /// <param name="hidesSignatures">For readers who may not see a valid signature.</param>
    /// <exception cref="IOException">It can't be composed now.</exception>
    public async ValueTask<WebhookPreview> PreviewAsync(
        DeliveryAttempt attempt, bool hidesSignatures, CancellationToken cancellationToken)
    {
        if (!TryPrepare(attempt, out var webhook, out var url, out var problem, out _))
            return WebhookPreview.Impossible(problem);
        if (hidesSignatures)
            webhook = webhook.WithoutSignatures();
        var now = _services.Clock.GetUtcNow();
        var shown = ShownUrl(attempt, webhook, url!);
        if (_transform is null)
        {
            var content = ComposeContent(new WebhookMail(attempt, webhook.Options, url!, _services, now), webhook);
            return Preview(webhook, url!, content, attempt, now, shown);
        }
        return await _transform.RunAsync(attempt, webhook, url!, cancellationToken) switch
        {
            TransformOutcome.Request made => Preview(
                made.Webhook, made.Url, made.Content, attempt, now, made.Url == url ? shown : WebhookPreview.Text(made.Url)),
            TransformOutcome.Failed failed => WebhookPreview.Impossible(failed.Problem),
            _ => WebhookPreview.Skipped(TransformOutcome.SkippedWords),
        };
    }

    private WebhookPreview Preview(
        PreparedWebhook webhook, Uri url, WebhookContent content, DeliveryAttempt attempt, DateTimeOffset now, string shownUrl)
    {
        using (content)
        {
            using var request = WebhookRequest.Create(webhook, url, content, attempt, now, _services.UserAgent);
            return WebhookPreview.Of(request, content.Body, shownUrl, [.. webhook.Options.Headers.Keys, "Authorization"]);
        }
    }

    /// <summary>
    /// Sends a HEAD request. Unlike a mere connection it detects a dead application behind a working proxy, and unlike a POST it delivers
    /// nothing. Receivers need not know HEAD: any answer but 5xx shows that the receiver is up, and so does 501.
    /// </summary>
    public async ValueTask<DeliveryOutcome> ProbeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_webhook.FixedUrl is not { } url)
            return new DeliveryOutcome.Delivered("the URL depends on the mail: there is nothing to probe");
        var request = new HttpRequestMessage(HttpMethod.Head, url);
        request.Headers.TryAddWithoutValidation("User-Agent", _services.UserAgent);
        request.Headers.Authorization = _webhook.Authorization;
        var (answer, fault) = await AskAsync(request, _webhook);
        return answer switch
        {
            null => new DeliveryOutcome.RetryLater(fault),
            { Status: >= 500 and not 501 } => new DeliveryOutcome.RetryLater(answer.Reply, answer.After),
            _ => new DeliveryOutcome.Delivered(answer.Reply),
        };
    }

    public async ValueTask<DeliveryOutcome?> SendTestEventAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_webhook.FixedUrl is not { } url)
            return new DeliveryOutcome.Failed("the URL is made from each mail, so there is none for a test event");
        var request = WebhookTestEvent.Create(_webhook, url, _services.Clock.GetUtcNow(), _services.UserAgent);
        var (answer, fault) = await AskAsync(request, _webhook);
        return answer is null ? new DeliveryOutcome.RetryLater(fault) : OutcomeOf(_webhook.MeaningOf(answer.Status), answer);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>
    /// A request is composed from octets that are at hand: formats parse the mail, and signing and sending each read the body once.
    /// </summary>
    private static ValueTask<DeliveryAttempt> LocalAsync(DeliveryAttempt attempt, CancellationToken cancellationToken) =>
        attempt.Content.IsLocal ? new(attempt) : FetchAsync(attempt, cancellationToken);

    private static async ValueTask<DeliveryAttempt> FetchAsync(DeliveryAttempt attempt, CancellationToken cancellationToken) =>
        attempt with { Content = await attempt.Content.ToLocalAsync(cancellationToken) };

    /// <summary>
    /// A script that fails is tried again like a receiver that refuses this one mail: other mail goes on, and the operator may mend the
    /// script before the schedule ends.
    /// </summary>
    private async ValueTask<DeliveryOutcome> TransformAndSendAsync(
        MailTransform transform, DeliveryAttempt attempt, PreparedWebhook webhook, Uri url, CancellationToken cancellationToken)
    {
        TransformOutcome made;
        try
        {
            made = await RunAsync(transform, attempt, webhook, url, cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new DeliveryOutcome.RetryLater(NotComposed(fault));
        }
        if (made is TransformOutcome.Failed failed)
            return new DeliveryOutcome.RetryLater(failed.Problem, Answered: true);
        if (made is not TransformOutcome.Request ready)
            return new DeliveryOutcome.Delivered(TransformOutcome.SkippedWords);
        var now = _services.Clock.GetUtcNow();
        var request = WebhookRequest.Create(ready.Webhook, ready.Url, ready.Content, attempt, now, _services.UserAgent);
        var (answer, unanswered) = await AskAsync(request, ready.Webhook, attempt.Ask);
        return answer is null ? new DeliveryOutcome.RetryLater(unanswered) : OutcomeOf(attempt, webhook, answer);
    }

    /// <summary>Where a sender waits, the script and the wait for a worker are part of the sender's time.</summary>
    private async ValueTask<TransformOutcome> RunAsync(
        MailTransform transform, DeliveryAttempt attempt, PreparedWebhook webhook, Uri url, CancellationToken cancellationToken)
    {
        if (attempt.Ask?.Left is not { } left)
            return await transform.RunAsync(attempt, webhook, url, cancellationToken);
        using var time = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, _services.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            return await transform.RunAsync(attempt, webhook, url, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new TransformOutcome.Failed("the transform did not end within the time that the sender waits");
        }
    }

    private ValueTask<(WebhookAnswer? Answer, string Fault)> SendAsync(
        DeliveryAttempt attempt, PreparedWebhook webhook, Uri url, CancellationToken cancellationToken)
    {
        try
        {
            var mail = new WebhookMail(attempt, webhook.Options, url, _services, _services.Clock.GetUtcNow());
            return ComposeWeight.Of(mail, webhook.Format) is > 0 and var weight
                ? WaitAndSendAsync(attempt, webhook, url, weight, cancellationToken)
                : AskAsync(Compose(attempt, webhook, mail), webhook, attempt.Ask);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return ValueTask.FromResult<(WebhookAnswer?, string)>((null, NotComposed(fault)));
        }
    }

    /// <summary>For a mail that may take much memory to compose: waits for its turn at the gate before it is read.</summary>
    private async ValueTask<(WebhookAnswer? Answer, string Fault)> WaitAndSendAsync(
        DeliveryAttempt attempt, PreparedWebhook webhook, Uri url, long weight, CancellationToken cancellationToken)
    {
        HttpRequestMessage request;
        using (await _services.Gate.EnterAsync(weight, cancellationToken))
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                request = Compose(attempt, webhook, new WebhookMail(attempt, webhook.Options, url, _services, _services.Clock.GetUtcNow()));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                return (null, NotComposed(fault));
            }
            finally
            {
                // Composing awaits nothing, so everything was allocated by this thread.
                ReadingDebris.Shared.Count(GC.GetAllocatedBytesForCurrentThread() - allocated);
            }
        }
        return await AskAsync(request, webhook, attempt.Ask);
    }

    private static string NotComposed(Exception fault) => $"the request could not be composed: {fault.Message}";

    private HttpRequestMessage Compose(DeliveryAttempt attempt, PreparedWebhook webhook, WebhookMail mail)
    {
        var content = ComposeContent(mail, webhook);
        try
        {
            return WebhookRequest.Create(webhook, mail.Url, content, attempt, mail.Now, _services.UserAgent);
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    /// <summary>A notice for operators has a body of its own in every format: a vendor's format has no place for it.</summary>
    private static WebhookContent ComposeContent(WebhookMail mail, PreparedWebhook webhook)
    {
        if (mail.Message.Envelope.Notice is { } notice)
            return WebhookNotice.Compose(notice);
        var content = webhook.Format.Compose(mail);
        return mail.Omitted?.HeaderValue is { } named
            ? content with { Headers = [.. content.Headers, new(OmittedAttachments.HeaderName, named)] }
            : content;
    }

    /// <summary>Values in the query of the configured URL may be tokens and are blotted out; values from the mail are shown.</summary>
    private string ShownUrl(DeliveryAttempt attempt, PreparedWebhook webhook, Uri url) =>
        webhook.Options.Url == _webhook.Options.Url && WebhookUrl.IsTemplate(_webhook.Options.Url)
        && WebhookUrl.TryParse(FilledForReaders(attempt), out var shown, out _)
            ? WebhookPreview.Text(shown!)
            : ShownOptions.Url(WebhookPreview.Text(url));

    private string FilledForReaders(DeliveryAttempt attempt) =>
        WebhookUrl.Fill(ShownOptions.Url(_webhook.Options.Url, keepsPlaces: true), attempt.Message, attempt.Delivery);

    /// <param name="isMisfit">
    /// The destination was changed so that it does not take the rule's options. That must not bounce the mail.
    /// </param>
    private bool TryPrepare(
        DeliveryAttempt attempt, out PreparedWebhook webhook, out Uri? url, out string problem, out bool isMisfit)
    {
        isMisfit = false;
        webhook = _webhook;
        url = _webhook.FixedUrl;
        problem = string.Empty;
        try
        {
            if (attempt.Delivery.OptionsJson is { } json)
            {
                webhook = PreparedWebhook.From(WebhookOverrides.Apply(_webhook.Options, json), _services.TemporaryFolder, _webhook);
                url = webhook.FixedUrl;
            }
            if (url is null)
            {
                var filled = WebhookUrl.Fill(webhook.Options.Url, attempt.Message, attempt.Delivery);
                if (!WebhookUrl.TryParse(filled, out url, out problem))
                    return false;
            }
            if (WebhookUrl.IsHostFromMail(_webhook.Options.Url, webhook.Options, url!))
                webhook = webhook.WithoutSecrets;
            return true;
        }
        catch (FormatException fault)
        {
            (problem, isMisfit) = (fault.Message, fault is MisfitOptionsException);
            return false;
        }
    }

    /// <param name="request">Disposed by this method.</param>
    /// <param name="ask">The time that is left where a sender waits; null otherwise.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<(WebhookAnswer? Answer, string Fault)> AskAsync(
        HttpRequestMessage request, PreparedWebhook webhook, AskTime? ask = null)
    {
        using var owned = request;
        var timeout = webhook.Options.Timeout;
        if (ask?.Left is { } left && left < timeout)
            timeout = left > TimeSpan.Zero ? left : TimeSpan.Zero;
        // Only the destination's own options count here: those of a delivery may come from the mail.
        var guarded = webhook.IsHostFromMail && !_webhook.Options.AllowPrivateAddresses;
        using var limit = new CancellationTokenSource(timeout, _services.Clock);
        var began = _services.Clock.GetTimestamp();
        try
        {
            using var response = await _services.Connections.SendAsync(request, guarded, webhook.Tls, limit.Token);
            if (timeout - _services.Clock.GetElapsedTime(began) > AnswerBodyTimeout && response.Content.Headers.ContentLength != 0)
                limit.CancelAfter(AnswerBodyTimeout);
            var host = request.RequestUri!.IdnHost;
            return (await WebhookAnswer.ReadAsync(response, host, _services.Clock.GetUtcNow(), limit.Token), string.Empty);
        }
        catch (OperationCanceledException)
        {
            return (null, limit.IsCancellationRequested ? $"no answer within {timeout.TotalSeconds:0.#} s" : "no connection: timed out");
        }
        catch (HttpRequestException fault)
        {
            return (null, WebhookFault.Describe(fault));
        }
    }

    /// <summary>
    /// What the sender is told, who waits for this answer; null where the mail is taken, or the queue takes over. A redirect is not an
    /// answer of the application, so the queue takes over.
    /// </summary>
    private static DeliveryOutcome.Refused? RefusalOf(WebhookStatusMeaning meaning, WebhookAnswer answer)
    {
        var isTemporary = meaning == WebhookStatusMeaning.Retry && answer.Status is (>= 200 and < 300) or >= 400;
        if (meaning != WebhookStatusMeaning.Reject && !isTemporary)
            return null;
        var words = answer.IsPlainText ? answer.FirstLine : string.Empty;
        return new DeliveryOutcome.Refused(answer.Reply, isTemporary, words, Answered: answer.Status < 500);
    }

    private static DeliveryOutcome OutcomeOf(DeliveryAttempt attempt, PreparedWebhook webhook, WebhookAnswer answer)
    {
        var meaning = webhook.MeaningOf(answer.Status, attempt.Ask is not null);
        return (attempt.Ask is null ? null : RefusalOf(meaning, answer)) ?? OutcomeOf(meaning, answer);
    }

    private static DeliveryOutcome OutcomeOf(WebhookStatusMeaning meaning, WebhookAnswer answer) => meaning switch
    {
        WebhookStatusMeaning.Delivered => new DeliveryOutcome.Delivered(answer.Reply),
        WebhookStatusMeaning.Discard => new DeliveryOutcome.Discarded(answer.Reply),
        WebhookStatusMeaning.Pause => new DeliveryOutcome.PauseDestination(answer.Reply),
        // There is no SMTP session left to refuse in, so on_failure decides; a bounce tells the sender what a refusal would have told.
        WebhookStatusMeaning.Fail or WebhookStatusMeaning.Reject => new DeliveryOutcome.Failed(answer.Reply),
        // A receiver that answers 4xx is up and refuses this request only. It must not open the
        // circuit, which would hold back mails that it accepts.
        _ => new DeliveryOutcome.RetryLater(answer.Reply, answer.After, Answered: answer.Status is >= 400 and < 500),
    };
}
