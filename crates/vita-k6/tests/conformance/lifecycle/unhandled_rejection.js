// k6 reference §1, lifecycle: a rejected async iteration is logged as an exception.
// says: level=error…async trouble
// metric iterations: count=1
export default async function () {
    await null;
    throw new Error('async trouble');
}
