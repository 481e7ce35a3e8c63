// The application is the recipe of docs/transactions.md, word for word.
def recipe = new File(basedir, '../../../../docs/transactions.md').getText('UTF-8')
	.replaceAll(/(?s).*## A transactional outbox/, '')
def blocks = (recipe =~ /(?s)```java\n(.*?)```/).collect { it[1] }
assert blocks.size() == 2

def file = new File(basedir, 'src/main/java/orders/OrdersApplication.java')
file.parentFile.mkdirs()
file.setText('''package orders;

import java.time.Duration;

import io.github.realtime.RealtimeTemplate;
import io.github.realtime.SendOptions;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.modulith.events.ApplicationModuleListener;
import org.springframework.modulith.events.IncompleteEventPublications;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@SpringBootApplication
public class OrdersApplication {

}

''' + blocks.join('\n'), 'UTF-8')
