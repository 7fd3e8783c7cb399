use crate::bed::Bed;

fn seen(body: &str) -> String {
    let names = "const { ReadableStream, WritableStream, CountQueuingStrategy, ByteLengthQueuingStrategy } = require('k6/experimental/streams'); const seen = [];";
    Bed::new()
        .eval_async(&format!("{names} {body}; return JSON.stringify(seen)"))
        .unwrap()
}

#[test]
fn chunks_are_read_in_order_and_pulled_when_wanted() {
    assert_eq!(
        seen("let n = 0;
          const stream = new ReadableStream({ pull(c) { n += 1; if (n > 3) c.close(); else c.enqueue(n); } });
          const reader = stream.getReader(); seen.push(stream.locked);
          for (;;) { const { done, value } = await reader.read(); if (done) break; seen.push(value); }
          await reader.closed; reader.releaseLock(); seen.push(stream.locked)"),
        "[true,1,2,3,false]"
    );
    assert_eq!(
        seen("const stream = new ReadableStream({ start(c) { c.enqueue('a'); c.enqueue('b'); seen.push(c.desiredSize); c.close(); } },
            new CountQueuingStrategy({ highWaterMark: 5 }));
          for await (const chunk of stream) seen.push(chunk)"),
        r#"[3,"a","b"]"#
    );
}

#[test]
fn errors_and_cancels_reach_the_other_side() {
    assert_eq!(
        seen(
            "const broken = new ReadableStream({ pull() { throw new Error('pulled') } });
          try { await broken.getReader().read() } catch (e) { seen.push(e.message) }
          const stream = new ReadableStream({ cancel(reason) { seen.push(reason) } });
          await stream.cancel('enough');
          seen.push((await stream.getReader().read()).done);
          try { stream.getReader() } catch (e) { seen.push(e.name) }"
        ),
        r#"["pulled","enough",true,"TypeError"]"#
    );
}

#[test]
fn writes_are_done_one_after_the_other() {
    assert_eq!(
        seen(
            "const stream = new WritableStream({ start() { seen.push('start') },
            async write(chunk) { seen.push('begin' + chunk); await null; seen.push('end' + chunk) },
            close() { seen.push('close') } });
          const writer = stream.getWriter();
          writer.write(1); writer.write(2); seen.push(writer.desiredSize);
          await writer.close(); await writer.closed;
          try { await writer.write(3) } catch (e) { seen.push(e.name) }"
        ),
        r#"["start",-1,"begin1","end1","begin2","end2","close","TypeError"]"#
    );
    assert_eq!(
        seen("const stream = new WritableStream({ write() { throw new Error('full') }, abort(r) { seen.push(r) } });
          const writer = stream.getWriter();
          try { await writer.write(1) } catch (e) { seen.push(e.message) }
          try { await writer.closed } catch (e) { seen.push(e.message) }
          const other = new WritableStream({ abort(r) { seen.push(r) } }); await other.abort('gone')"),
        r#"["full","full","gone"]"#
    );
}
