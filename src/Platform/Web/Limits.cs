using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Doorbuster.Platform.Web;

/// <summary>What one connection and one request may take from us.</summary>
internal sealed class Limits(IOptions<WebOptions> options)
    : IConfigureOptions<KestrelServerOptions>, IConfigureOptions<HostOptions>
{
#pragma warning disable CA1725 // Better names than "options" twice.
    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = options.Value.ConnectionsMax;
        limits.MaxRequestBodySize = 64 * 1024;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
        limits.Http2.MaxStreamsPerConnection = 100;
    }

    // The drain delay is part of it; a supervisor that waits 30 s before it kills must not have to.
    public void Configure(HostOptions host) => host.ShutdownTimeout = TimeSpan.FromSeconds(28);
#pragma warning restore CA1725
}
