using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Catalog.Images;

internal sealed class ImageStore(
    [FromKeyedServices(CatalogFeature.SchemaName)] NpgsqlDataSource db, Ids ids, TimeProvider clock)
{
    private const string Columns = "id, hash, type, width, height, octet_length(bytes)";

    /// <summary>False when it is there already.</summary>
    public async Task<bool> Add(
        NpgsqlTransaction transaction, string hash, Picture picture, byte[] bytes, CancellationToken cancel) =>
        await transaction.Execute(
            """
            insert into catalog.images (id, hash, type, width, height, bytes, made_at) values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (hash) do nothing
            """,
            cancel,
            new() { Value = ids.Next() }, new() { Value = hash }, new() { Value = picture.Type }, new() { Value = picture.Width },
            new() { Value = picture.Height }, new() { Value = bytes }, new() { Value = clock.GetUtcNow() }) == 1;

    /// <param name="before">Newest first, from here on back.</param>
    public Task<List<(long Id, ManageImages.Image Image)>> List(long before, int limit, CancellationToken cancel) => db.Query(
        $"select {Columns} from catalog.images where id < $1 order by id desc limit $2", Read, cancel,
        new() { Value = before }, new() { Value = limit });

    public static async Task<ManageImages.Image?> Find(NpgsqlTransaction transaction, string hash, CancellationToken cancel) =>
        (await transaction.Query(
            $"select {Columns} from catalog.images where hash = $1 for update", Read, cancel,
            new NpgsqlParameter { Value = hash })) is [var found] ? found.Image : null;

    /// <summary>The bytes, when they are of this type.</summary>
    public Task<byte[]?> FindBytes(string hash, string type, CancellationToken cancel) => db.QueryFirst(
        "select bytes from catalog.images where hash = $1 and type = $2", row => row.GetFieldValue<byte[]>(0), cancel,
        new() { Value = hash }, new() { Value = type });

    /// <summary>False when one of these is an uploaded picture that is not there. Until the transaction ends nobody removes
    /// them.</summary>
    public static async Task<bool> Keep(NpgsqlTransaction transaction, IReadOnlyList<string> addresses, CancellationToken cancel)
    {
        var uploaded = addresses.Where(GetImage.IsUploaded).ToArray();
        if (uploaded.Length == 0)
            return true;
        var found = await transaction.Query(
            "select hash, type from catalog.images where hash = any($1) order by hash for key share",
            row => GetImage.AddressOf(row.GetString(0), row.GetString(1)), cancel,
            new NpgsqlParameter { Value = uploaded.Select(Path.GetFileNameWithoutExtension).ToArray() });
        return uploaded.All(found.Contains);
    }

    public static async Task<bool> IsShown(NpgsqlTransaction transaction, string address, CancellationToken cancel) =>
        (await transaction.Query(
            "select from catalog.products where images @> jsonb_build_array(jsonb_build_object('address', $1::text)) limit 1",
            _ => true, cancel, new NpgsqlParameter { Value = address })).Count > 0;

    public static Task Remove(NpgsqlTransaction transaction, string hash, CancellationToken cancel) => transaction.Execute(
        "delete from catalog.images where hash = $1", cancel, new NpgsqlParameter { Value = hash });

    private static (long Id, ManageImages.Image Image) Read(NpgsqlDataReader row) => (row.GetInt64(0), new ManageImages.Image(
        GetImage.AddressOf(row.GetString(1), row.GetString(2)), $"image/{row.GetString(2)}", row.GetInt32(3), row.GetInt32(4),
        row.GetInt32(5)));
}
