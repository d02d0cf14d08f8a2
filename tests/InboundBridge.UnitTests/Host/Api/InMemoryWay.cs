using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace InboundBridge.UnitTests.Host.Api;

/// <summary>Requests of an HttpClient as calls of the server's pipeline. The answer is read while it is written.</summary>
internal sealed class InMemoryWay(RequestDelegate pipeline, IServiceProvider services) : HttpMessageHandler
{
    /// <summary>Whose connection it is; null: a unix socket.</summary>
    public IPAddress? Remote { get; set; }

    /// <summary>Features that the connection brings.</summary>
    public Action<IFeatureCollection>? Connect { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var context = new DefaultHttpContext();
        var scope = services.CreateAsyncScope();
        context.RequestServices = scope.ServiceProvider;
        var uri = request.RequestUri!;
        // The header is made when it is first read.
        _ = request.Headers.TransferEncodingChunked == true ? null : request.Content?.Headers.ContentLength;
        context.Connection.RemoteIpAddress = Remote;
        Connect?.Invoke(context.Features);
        context.Request.Method = request.Method.Method;
        context.Request.Scheme = uri.Scheme;
        context.Request.Host = new HostString(request.Headers.Host ?? uri.Authority);
        context.Request.Path = PathString.FromUriComponent(uri);
        context.Request.QueryString = QueryString.FromUriComponent(uri);
        foreach (var (name, values) in request.Headers.Concat(
            request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>()))
            context.Request.Headers[name] = values.ToArray();
        context.Request.Body = request.Content is null ? Stream.Null : await request.Content.ReadAsStreamAsync(cancellationToken);
        context.RequestAborted = cancellationToken;
        var body = new Pipe();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        context.Features.Set<IHttpResponseBodyFeature>(new PipeBody(body.Writer, begun));
        var over = Task.Run(
            async () =>
            {
                try
                {
                    await pipeline(context);
                    await body.Writer.CompleteAsync();
                    begun.TrySetResult();
                }
                catch (Exception fault)
                {
                    await body.Writer.CompleteAsync(fault);
                    begun.TrySetException(fault);
                }
                finally
                {
                    await scope.DisposeAsync();
                }
            },
            cancellationToken);
        await Task.WhenAny(begun.Task, over);
        await begun.Task;
        var answer =
            new HttpResponseMessage(
                (HttpStatusCode)context.Response.StatusCode)
            {
                RequestMessage = request,
                Content = new StreamContent(body.Reader.AsStream())
            };
        foreach (var (name, values) in context.Response.Headers)
        {
            if (!answer.Headers.TryAddWithoutValidation(name, values.ToArray()))
                answer.Content.Headers.TryAddWithoutValidation(name, values.ToArray());
        }
        return answer;
    }

    /// <summary>Tells when the first octet is on its way: the headers are final then.</summary>
    private sealed class PipeBody : IHttpResponseBodyFeature
    {
        private readonly TaskCompletionSource _begun;

        public PipeBody(PipeWriter writer, TaskCompletionSource begun)
        {
            _begun = begun;
            Stream = new Flushing(writer.AsStream(), begun);
            Writer = PipeWriter.Create(Stream);
        }

        public Stream Stream { get; }

        public PipeWriter Writer { get; }

        public void DisableBuffering()
        {
        }

        public Task StartAsync(CancellationToken cancellationToken = default)
        {
            _begun.TrySetResult();
            return Task.CompletedTask;
        }

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public Task CompleteAsync() => Task.CompletedTask;
    }

    private sealed class Flushing(Stream inner, TaskCompletionSource begun) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => inner.Flush();

        public override async Task FlushAsync(CancellationToken cancellationToken)
        {
            begun.TrySetResult();
            await inner.FlushAsync(cancellationToken);
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            begun.TrySetResult();
            await inner.WriteAsync(buffer, cancellationToken);
        }

        public override void Write(byte[] buffer, int offset, int count) =>
            WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
